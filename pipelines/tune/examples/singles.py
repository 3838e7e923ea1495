"""Single answers that are good or bad (kto): candidates against their prompt's mean, and what people gave a thumb."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.tune.examples.rows import lie_apart, taught_rows

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def single_answers(answers: DataFrame, thumbs: DataFrame, least_gap: float) -> DataFrame:
    """Advantage 1 for good answers and -1 for bad ones; of one that got a thumb, people's word counts."""
    from pyspark.sql import functions as F

    told = thumb_singles(thumbs)
    scored = scored_singles(answers, least_gap)
    same = (scored["prompt_id"] == told["prompt_id"]) & (F.trim(scored["answer"]) == told["answer"])
    unsaid = scored.join(told, on=same, how="left_anti")
    return taught_rows(unsaid).unionByName(taught_rows(told))


def scored_singles(answers: DataFrame, least_gap: float) -> DataFrame:
    """Every answer that lies far enough above or below the mean of its prompt's answers that passed.

    What failed a gate can be bad and never good.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    of_prompt = Window.partitionBy("prompt_id")
    mean = F.avg(F.when(F.col("passed"), F.col("value"))).over(of_prompt)
    placed = answers.withColumns(
        {"above": F.col("value") - mean, "valued": F.count("value").over(of_prompt)},
    )
    is_good = F.col("passed") & lie_apart(F.col("above"), least_gap)
    advantage = F.when(is_good, 1.0).when(lie_apart(-F.col("above"), least_gap), -1.0)
    undecided = F.when(F.col("passed"), "no_gap").otherwise("gated")
    left_out = (
        F.when(F.col("left_out").isNotNull(), F.col("left_out"))
        .when(F.col("valued") == 1, "single_answer")
        .when(advantage.isNull(), undecided)
    )
    return placed.select(
        "prompt_id",
        "drawn_in",
        "answer",
        "ended",
        "candidate_ids",
        F.col("base_log_probability").alias("log_probability"),
        advantage.alias("advantage"),
        F.lit(1.0).alias("share"),
        left_out.alias("left_out"),
    )


def thumb_singles(thumbs: DataFrame) -> DataFrame:
    """Logged answers with more thumbs up than down, or fewer; a log does not say otherwise, so they came to an end."""
    from pyspark.sql import functions as F

    return thumbs.where("balance <> 0").select(
        "prompt_id",
        F.col("response").alias("answer"),
        F.lit(True).alias("ended"),
        F.signum(F.col("balance").cast("double")).alias("advantage"),
        F.lit(1.0).alias("share"),
        "request_ids",
    )
