"""Best answers (best_of_n), and best answers before worst ones (dpo): one example for each prompt.

Only candidates are compared here. What people preferred trains the reward model, whose scores rank the candidates;
their pairs hold answers that no policy of ours may ever have drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.tune.examples.rows import lie_apart

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


def best_answers(answers: DataFrame, least_gap: float) -> DataFrame:
    """The best answer to each prompt, where it lies far enough above the mean; one that failed a gate is none."""
    from pyspark.sql import functions as F

    of_prompt = _extremes(answers)
    is_apart = lie_apart(F.col("best.value") - F.col("mean"), least_gap)
    return of_prompt.select(
        "prompt_id",
        F.col("best.drawn_in").alias("drawn_in"),
        F.col("best.answer").alias("answer"),
        F.col("best.ended").alias("ended"),
        F.col("best.candidate_ids").alias("candidate_ids"),
        F.col("best.base_log_probability").alias("log_probability"),
        F.lit(1.0).alias("share"),
        _left_out(F.col("passing"), is_apart).alias("left_out"),
    )


def answer_pairs(answers: DataFrame, least_gap: float) -> DataFrame:
    """The best answer to each prompt and its worst one, with their distance as advantage.

    The worse one may have failed a gate: the combined score puts it below all that passed.
    """
    from pyspark.sql import functions as F

    margin = F.col("best.value") - F.col("worst.value")
    return _extremes(answers).select(
        "prompt_id",
        F.greatest("best.drawn_in", "worst.drawn_in").alias("drawn_in"),
        F.col("best.answer").alias("answer"),
        F.col("best.ended").alias("ended"),
        F.col("worst.answer").alias("rejected"),
        F.col("worst.ended").alias("rejected_ended"),
        F.concat("best.candidate_ids", "worst.candidate_ids").alias("candidate_ids"),
        F.col("best.base_log_probability").alias("log_probability"),
        F.col("worst.base_log_probability").alias("rejected_log_probability"),
        margin.alias("advantage"),
        F.lit(1.0).alias("share"),
        _left_out(F.col("valued"), lie_apart(margin, least_gap)).alias("left_out"),
    )


def _extremes(answers: DataFrame) -> DataFrame:
    """For each prompt its best and its worst answer (of equal ones the first by name), and the mean of what passed."""
    from pyspark.sql import functions as F

    passes = F.col("value").isNotNull() & F.col("passed")
    told = F.struct("candidate_ids", "answer", "ended", "drawn_in", "base_log_probability", "value")
    from_best = F.when(passes, F.struct((-F.col("value")).alias("value"), "candidate_id"))
    from_worst = F.when(F.col("value").isNotNull(), F.struct("value", "candidate_id"))
    return answers.groupBy("prompt_id").agg(
        F.min_by(told, from_best).alias("best"),
        F.min_by(told, from_worst).alias("worst"),
        F.avg(F.when(passes, F.col("value"))).alias("mean"),
        F.count_if(passes).alias("passing"),
        F.count("value").alias("valued"),
        F.max("left_out").alias("unfit"),
    )


def _left_out(compared: Column, is_apart: Column) -> Column:
    from pyspark.sql import functions as F

    return (
        F.when(F.col("valued") == 0, F.col("unfit"))
        .when(F.col("passing") == 0, "gated")
        .when(compared == 1, "single_answer")
        .when(~is_apart, "no_gap")
    )
