"""Many scores become one: each in units of what usually tells a prompt's answers apart, weighted, gated, by length.

A reward of 3.1 means nothing by itself: only differences between answers to one prompt do. So a score is lowered by its
uncertainty, centred within its prompt, and divided by the usual spread within prompts of its workload. Dividing by the
prompt's own spread instead would make noise look like difference where all answers are alike; that is `normalised`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from conf import ScoreSettings
from lakehouse.identity import identity

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

COMBINED = "combined"
DIGEST = identity(COMBINED)
"""One combined row for each candidate: it says what its scorers say now, under the settings of now."""
EVERY = "all"
LEAST_SPREAD = 1e-9


class NoWeight(ValueError):
    """No scorer's word weighs anything for a workload."""


def weights_for(
    settings: ScoreSettings, workloads: Sequence[str], scorers: Mapping[str, Sequence[str]]
) -> list[tuple[str, str, float, bool]]:
    """Workload, scorer, weight and whether it is a gate; `scorers` says for each workload which there are."""
    listed = []
    for workload in workloads:
        told = settings.workloads.get(workload, settings.workloads.get(EVERY))
        weights, gates = (told.weights, told.gates) if told else ({}, ())
        there = scorers[workload]
        if not any(weights.get(name) for name in there):
            raise NoWeight(
                f"expected a scorer with a weight for the workload {workload}; score.workloads names "
                f"{', '.join(weights) or 'none'}, and there are {', '.join(there) or 'none'}. Train a reward model "
                "(`lakewheel reward train`), or give a rule or a judge that there is a weight."
            )
        listed += [(workload, name, weights.get(name, 0.0), name in gates) for name in there]
    return listed


def normalised_scores(scores: DataFrame, factor: float) -> DataFrame:
    """The scores with `unit` and `normalised`; an abstention has neither."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    of_prompt = Window.partitionBy("prompt_id", "scorer_digest")
    of_workload = Window.partitionBy("workload", "scorer_digest")
    lowered = F.col("value") - factor * F.coalesce("uncertainty", F.lit(0.0))
    centred = scores.withColumn("lowered", lowered).withColumn("centred", lowered - F.avg("lowered").over(of_prompt))
    spreads = {
        "own_spread": F.stddev_pop("centred").over(of_prompt),
        "usual_spread": F.sqrt(F.avg(F.col("centred") ** 2).over(of_workload)),
    }
    measured = centred.withColumns(spreads)
    return measured.withColumn("unit", _in_units("usual_spread")).withColumn("normalised", _in_units("own_spread"))


def _in_units(spread: str) -> Column:
    """Zero where nothing tells answers apart, and null where the scorer abstained."""
    from pyspark.sql import functions as F

    return F.when(F.col(spread) > LEAST_SPREAD, F.col("centred") / F.col(spread)).otherwise(F.col("centred") * 0.0)


def combined_scores(parts: DataFrame, settings: ScoreSettings) -> DataFrame:
    """One row for each candidate; parts as `normalised_scores` gives them, with weight, is_gate and answer_tokens."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    of_prompt = Window.partitionBy("prompt_id")
    counts = F.col("unit").isNotNull() & (F.col("weight") > 0)
    silent = F.col("value").isNull() & (F.col("weight") > 0)
    fails = F.col("is_gate") & ~F.coalesce("passed", F.lit(False))
    one_each = parts.groupBy("candidate_id", "prompt_id").agg(
        (F.sum(F.when(counts, F.col("unit") * F.col("weight"))) / F.sum(F.when(counts, F.col("weight")))).alias("mean"),
        F.first("answer_tokens").alias("answer_tokens"),
        F.array_sort(F.collect_set(F.when(fails, _complaint("did not pass")))).alias("failed"),
        F.array_sort(F.collect_set(F.when(silent, _complaint("abstained")))).alias("silent"),
    )
    length = F.log1p("answer_tokens")
    longer = length - F.avg(length).over(of_prompt)
    spread = F.stddev_pop(length).over(of_prompt)
    penalty = F.when(spread > LEAST_SPREAD, settings.length_weight * longer / spread).otherwise(0.0)
    judged = one_each.withColumn("fair", F.col("mean") - penalty).withColumn("is_out", F.size("failed") > 0)
    floor = F.coalesce(F.min(F.when(~F.col("is_out"), F.col("fair"))).over(of_prompt), F.lit(0.0)) - 1
    gated = judged.withColumn(
        "value", F.when(F.col("is_out") & F.col("fair").isNotNull(), floor).otherwise(F.col("fair"))
    )
    centred = F.col("value") - F.avg("value").over(of_prompt)
    own = F.stddev_pop("value").over(of_prompt)
    return gated.select(
        "candidate_id",
        F.lit(COMBINED).alias("scorer"),
        F.lit(DIGEST).alias("scorer_digest"),
        "prompt_id",
        "value",
        F.when(own > LEAST_SPREAD, centred / own).otherwise(centred * 0.0).alias("normalised"),
        (~F.col("is_out")).alias("passed"),
        _said("failed", "silent").alias("reason"),
    )


def _complaint(deed: str) -> Column:
    from pyspark.sql import functions as F

    return F.concat_ws(" ", "scorer", F.lit(f"{deed}:"), F.coalesce("reason", F.lit("it gave no reason.")))


def _said(*columns: str) -> Column:
    """All complaints in one text, or null where there are none."""
    from pyspark.sql import functions as F

    together = F.concat(*columns)
    return F.when(F.size(together) > 0, F.concat_ws(" ", together))
