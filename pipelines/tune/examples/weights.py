"""What an example counts for: its share of its prompt, its workload, how old it is, and room for what is replayed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conf.tune import ExampleSettings

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

LEAST_WEIGHT = 1e-6
"""However old an example is, it counts for something, for the table takes no weight of zero."""


def weight_column(settings: ExampleSettings, round: int) -> Column:
    """The weight of rows with share, workload and made_in; what is replayed waits for `with_replay_weights`."""
    from pyspark.sql import functions as F

    weight = F.col("share")
    if settings.half_life is not None:
        weight = weight * F.pow(F.lit(0.5), (F.lit(round) - F.col("made_in")) / settings.half_life)
    factor = F.lit(1.0)
    for workload, counts in settings.workload_weights.items():
        factor = F.when(F.col("workload") == workload, counts).otherwise(factor)
    return settled(F.greatest(weight * factor, F.lit(LEAST_WEIGHT)))


def with_replay_weights(examples: DataFrame, replay_share: float) -> DataFrame:
    """Replayed examples weigh alike, and their tokens together their share of all that trains; alone they are nothing.

    Methods that allow replay learn from the mean over tokens, so an example counts as often as its answer has tokens.
    """
    from pyspark.sql import functions as F

    trains = (F.col("split") == "train") & ~F.col("is_replay")
    counts = F.size("tokens") - F.col("answer_start")
    row = examples.agg(
        F.sum(F.when(trains, F.col("weight") * counts)).alias("own"),
        F.sum(F.when(F.col("is_replay"), counts)).alias("replayed"),
    ).first()
    assert row is not None
    if not row["replayed"]:
        return examples
    own = row["own"] or 0.0
    weight = own * replay_share / (1 - replay_share) / row["replayed"]
    if not weight > 0:
        return examples.where(~F.col("is_replay"))
    return examples.withColumn("weight", F.when(F.col("is_replay"), settled(F.lit(weight))).otherwise(F.col("weight")))


def settled(figure: Column) -> Column:
    """As many digits as are the same in whichever order Spark added up, so that equal sets have equal ids."""
    return figure.cast("float").cast("double")
