"""Decontamination: a prompt that equals one of an evaluation set, or shares 13 words in a row with one, is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.arrow_columns import with_computed
from pipelines.near_duplicates.shingles import shingles, words_of
from pipelines.prompts.normal import Messages
from pipelines.prompts.refusals import is_open, refused_where

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

WORDS_IN_A_ROW = 13
DETAIL = f"It equals a prompt of an evaluation set, or shares {WORDS_IN_A_ROW} words in a row with one."


def with_contaminated_refused(prompts: DataFrame, evaluated: Sequence[str]) -> DataFrame:
    """Prompts whose words are in one of the evaluated texts are refused."""
    from pyspark.sql import functions as F

    if not evaluated:
        return prompts
    spark = prompts.sparkSession
    texts = spark.createDataFrame([(text,) for text in sorted(set(evaluated))], "text string")
    passages = with_computed(texts, "passages", "array<bigint>", _passages_of_texts, ["text"])
    measured = passages.select(F.explode("passages").alias("passage")).distinct()
    asked = with_computed(
        prompts.where(is_open()).select("prompt_id", "messages"),
        "passages",
        "array<bigint>",
        _passages_of_prompts,
        ["messages"],
    )
    each = asked.select("prompt_id", F.explode("passages").alias("passage"))
    hits = (
        each.join(measured, on="passage", how="left_semi").select("prompt_id", F.lit(True).alias("is_hit")).distinct()
    )
    marked = prompts.join(hits, on="prompt_id", how="left")
    return refused_where(marked, F.coalesce("is_hit", F.lit(False)), "in_evaluation_set", DETAIL).drop("is_hit")


def passages(text: str) -> list[int]:
    """Hashes of every run of 13 words; of all its words where there are fewer, so that those must be equal."""
    hashed: list[int] = shingles(words_of(text), WORDS_IN_A_ROW).astype("int64").tolist()
    return hashed


def _passages_of_texts(texts: Sequence[str]) -> list[list[int]]:
    return [passages(text) for text in texts]


def _passages_of_prompts(conversations: Sequence[Messages]) -> list[list[int]]:
    return [_of_prompt(messages) for messages in conversations]


def _of_prompt(messages: Messages) -> list[int]:
    """Of what the user wrote; a short message counts only where it is the question, for a greeting proves nothing."""
    texts = [message["content"] for message in messages if message["role"] == "user"]
    long = [text for text in texts[:-1] if len(words_of(text)) >= WORDS_IN_A_ROW]
    return sorted({one for text in [*long, *texts[-1:]] for one in passages(text)})
