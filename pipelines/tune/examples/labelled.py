"""Answers that people know to be right (sft), each a prompt's example however many people said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.feedback.golds import with_prompt_ids

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def labelled_answers(ratings: DataFrame) -> DataFrame:
    """One row for each prompt and gold answer; a prompt with several shares its weight among them."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    golds = (
        with_prompt_ids(ratings.where("gold"))
        .groupBy("prompt_id", F.trim("answer").alias("answer"))
        .agg(
            F.min("workload").alias("told_workload"),
            F.array_sort(F.collect_set("rating_id")).alias("rating_ids"),
        )
    )
    is_blank = F.col("answer") == ""
    right = F.count(F.when(~is_blank, True)).over(Window.partitionBy("prompt_id"))
    return golds.select(
        "prompt_id",
        "told_workload",
        "answer",
        "rating_ids",
        F.lit(True).alias("ended"),
        F.try_divide(F.lit(1.0), right).alias("share"),
        F.when(is_blank, "empty").alias("left_out"),
    )
