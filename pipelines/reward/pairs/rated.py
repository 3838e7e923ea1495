"""Pairs from ratings: two answers to one prompt that people rated apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conf import PairsSettings
from pipelines.feedback.golds import with_prompt_ids
from pipelines.reward.pairs.rows import first_of_each, preference_rows, without_held_out

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ORIGIN = "rating"


def rated_pairs(prompts: DataFrame, ratings: DataFrame, settings: PairsSettings) -> DataFrame:
    """Rows of preferences: the margin is the difference of the answers' mean ratings."""
    from pyspark.sql import functions as F

    answers = _mean_ratings(without_held_out(with_prompt_ids(ratings), prompts))
    better, worse = answers.alias("better"), answers.alias("worse")
    met = better.join(worse, on="prompt_id", how="inner").where(F.trim("better.answer") != F.trim("worse.answer"))
    pairs = met.select(
        "prompt_id",
        F.col("better.workload").alias("workload"),
        F.col("better.prompt").alias("prompt"),
        F.col("better.answer").alias("chosen"),
        F.col("worse.answer").alias("rejected"),
        (F.col("better.rating") - F.col("worse.rating")).alias("margin"),
        F.array_sort(F.array_union("better.rating_ids", "worse.rating_ids")).alias("rating_ids"),
    )
    apart = pairs.where(F.col("margin") >= settings.least_rating_difference)
    kept = first_of_each(apart, ["prompt_id"], [F.desc("margin")], settings.most_rating_pairs)
    return preference_rows(kept, ORIGIN)


def _mean_ratings(ratings: DataFrame) -> DataFrame:
    """One row for each answer to a prompt, however many people rated it."""
    from pyspark.sql import functions as F

    first = {name: F.min_by(name, "rating_id").alias(name) for name in ("workload", "prompt")}
    return ratings.groupBy("prompt_id", "answer").agg(
        *first.values(),
        F.avg("rating").alias("rating"),
        F.array_sort(F.collect_set("rating_id")).alias("rating_ids"),
    )
