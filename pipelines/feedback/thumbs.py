"""Thumbs: how the people who were answered liked each answer that was logged to a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def thumbs_balance(prompts: DataFrame, requests: DataFrame) -> DataFrame:
    """Thumbs up less thumbs down of each answer that was logged to a prompt, and the requests that gave them."""
    from pyspark.sql import functions as F

    asked = prompts.select("prompt_id", F.explode("request_ids").alias("request_id"))
    judged = requests.where("feedback IS NOT NULL AND length(trim(response)) > 0").select(
        "request_id",
        F.trim("response").alias("response"),
        F.when(F.col("feedback") == "up", 1).otherwise(-1).alias("thumb"),
    )
    return (
        asked.join(judged, on="request_id", how="inner")
        .groupBy("prompt_id", "response")
        .agg(F.sum("thumb").alias("balance"), F.array_sort(F.collect_set("request_id")).alias("request_ids"))
    )
