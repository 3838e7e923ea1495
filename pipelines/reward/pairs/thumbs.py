"""Pairs from thumbs: to the same prompt one logged answer was liked, and another one was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conf import PairsSettings
from pipelines.feedback.thumbs import thumbs_balance
from pipelines.reward.pairs.rows import first_of_each, preference_rows, prompts_that_train

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ORIGIN = "thumbs"


def thumbs_pairs(prompts: DataFrame, requests: DataFrame, settings: PairsSettings) -> DataFrame:
    """Rows of preferences without a margin: an answer with more thumbs up than down before one with fewer."""
    from pyspark.sql import functions as F

    answers = thumbs_balance(prompts, requests)
    liked = answers.where("balance > 0").alias("liked")
    disliked = answers.where("balance < 0").alias("disliked")
    pairs = (
        liked.join(disliked, on="prompt_id", how="inner")
        .join(prompts_that_train(prompts), on="prompt_id", how="inner")
        .select(
            "prompt_id",
            "workload",
            "prompt",
            F.col("liked.response").alias("chosen"),
            F.col("disliked.response").alias("rejected"),
            F.lit(None).cast("double").alias("margin"),
            F.array_sort(F.array_union("liked.request_ids", "disliked.request_ids")).alias("request_ids"),
            (F.col("liked.balance") - F.col("disliked.balance")).alias("thumbs"),
        )
    )
    kept = first_of_each(pairs, ["prompt_id"], [F.desc("thumbs")], settings.most_thumbs_pairs)
    return preference_rows(kept, ORIGIN)
