"""Answers that are known to be right, as the prompts that they belong to know them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.arrow_columns import with_computed
from pipelines.prompts.normal import prompt_id_of_text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def golds_of(prompts: DataFrame, ratings: DataFrame) -> DataFrame:
    """prompt_id and golds, an array of texts, for each prompt that has any; the texts are in a fixed order."""
    from pyspark.sql import functions as F

    own = gold_ratings(ratings).join(prompts.select("prompt_id"), on="prompt_id", how="left_semi")
    return own.groupBy("prompt_id").agg(F.sort_array(F.collect_set("answer")).alias("golds"))


def gold_ratings(ratings: DataFrame) -> DataFrame:
    """prompt_id, rating_id and answer of every rating that says that its answer is right."""
    return with_prompt_ids(ratings.where("gold")).select("prompt_id", "rating_id", "answer")


def with_prompt_ids(told: DataFrame) -> DataFrame:
    """What people told about a prompt, each with its identity: the stored one, else that of its text as one message."""
    from pyspark.sql import functions as F

    computed = with_computed(told, "text_prompt_id", "string", _prompt_ids, reads=["prompt"])
    return computed.withColumn("prompt_id", F.coalesce("prompt_id", "text_prompt_id")).drop("text_prompt_id")


def _prompt_ids(prompts: Sequence[str]) -> list[str]:
    return [prompt_id_of_text(prompt) for prompt in prompts]
