"""What cannot be a prompt at all: nothing was asked, the last word is not the person's, or it is too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.prompts.normal import user_text_column
from pipelines.prompts.refusals import refused_where

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def with_unfit_refused(prompts: DataFrame, max_characters: int) -> DataFrame:
    """Gathered prompts, each with its reason where it is unfit."""
    from pyspark.sql import functions as F

    last = F.element_at("messages", -1)
    lengths = F.transform("messages", lambda one: F.length(one["content"]))
    characters = F.aggregate(lengths, F.lit(0), lambda total, length: total + length)
    says_nothing = F.trim(user_text_column("messages")) == ""
    ends_otherwise = (last["role"] != "user") | (last["content"] == "")
    so_long = F.concat(
        F.lit(f"Expected at most {max_characters} characters in the messages, got "),
        characters.cast("string"),
        F.lit("."),
    )
    heard = refused_where(prompts, says_nothing, "no_user_text", "There is no user message with text in it.")
    asked = refused_where(
        heard,
        ends_otherwise,
        "last_is_not_user",
        "The last message is not a question of the user, so nothing is asked.",
    )
    return refused_where(asked, characters > max_characters, "too_long", so_long)
