"""All scored answers to a prompt as one group (grpo): each by how much better than its group it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.tune.examples.rows import lie_apart

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def answer_groups(answers: DataFrame, least_gap: float) -> DataFrame:
    """Every scored answer, with the advantage that is its value less the group's mean, over the group's deviation.

    What failed a gate stays in the group, for its value says how bad it is. The log-probability is that under the
    policy that drew the answer, whichever that is.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    of_prompt = Window.partitionBy("prompt_id")
    value = F.col("value")
    centred = value - F.avg("value").over(of_prompt)
    grouped = answers.withColumns(
        {
            "advantage": F.try_divide(centred, F.stddev_pop("value").over(of_prompt)),
            "range": F.max("value").over(of_prompt) - F.min("value").over(of_prompt),
            "valued": F.count("value").over(of_prompt),
        }
    )
    left_out = (
        F.when(F.col("left_out").isNotNull(), F.col("left_out"))
        .when(F.col("valued") == 1, "single_answer")
        .when(~lie_apart(F.col("range"), least_gap), "no_gap")
    )
    told = grouped.withColumns({"left_out": left_out, "share": F.lit(1.0)})
    return told.select(
        "prompt_id",
        "drawn_in",
        "answer",
        "ended",
        "candidate_ids",
        "log_probability",
        "advantage",
        "share",
        "left_out",
    )
