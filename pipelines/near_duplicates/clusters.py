"""Clusters of near texts: each new text follows chains of near pairs to the earliest text that they reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


def survivors(arrived: DataFrame, known: DataFrame, pairs: DataFrame) -> DataFrame:
    """From new texts (entity_id, since), known texts (and survivor_id) and near pairs: entity_id and survivor_id.

    A text that is kept survives itself. What is known stands before what is new and passes nothing on: two clusters
    that a new text lies between stay two. The smallest label spreads along pairs until no label changes.
    """
    from pyspark.sql import functions as F

    own = arrived.select("entity_id", _label(F.lit(1), F.col("since"), F.col("entity_id")).alias("label"))
    since = known.select(F.col("entity_id").alias("survivor_id"), F.col("since").alias("survived_since"))
    theirs = known.join(since, on="survivor_id", how="inner").select(
        F.col("entity_id").alias("other_id"),
        _label(F.lit(0), F.col("survived_since"), F.col("survivor_id")).alias("label"),
    )
    reached = pairs.join(theirs, on="other_id", how="inner").select("entity_id", "label")
    labels = _smallest(own.unionByName(reached)).localCheckpoint()
    both_new = pairs.join(theirs, on="other_id", how="left_anti").select("entity_id", "other_id")
    edges = both_new.union(both_new.select("other_id", "entity_id")).toDF("entity_id", "other_id").localCheckpoint()
    settled = _spread(labels, edges)
    return settled.select("entity_id", F.col("label.entity_id").alias("survivor_id"))


def _spread(labels: DataFrame, edges: DataFrame) -> DataFrame:
    """Along every edge at once, as often as something changes; each turn is cut off from its history."""
    from pyspark.sql import functions as F

    if edges.isEmpty():
        return labels
    while True:
        offered = edges.join(labels.select(F.col("entity_id").alias("other_id"), "label"), on="other_id", how="inner")
        spread = _smallest(labels.unionByName(offered.select("entity_id", "label"))).localCheckpoint()
        before = labels.select("entity_id", F.col("label").alias("before"))
        is_changed = ~F.col("label").eqNullSafe(F.col("before"))
        if spread.join(before, on="entity_id", how="inner").where(is_changed).isEmpty():
            return spread
        labels = spread


def _smallest(labels: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F

    return labels.groupBy("entity_id").agg(F.min("label").alias("label"))


def _label(is_new: Column, since: Column, entity_id: Column) -> Column:
    """Ordered by known before new, then earlier before later (no time is the latest), then by id."""
    from pyspark.sql import functions as F

    return F.struct(
        is_new.alias("is_new"),
        since.isNull().alias("is_timeless"),
        since.alias("since"),
        entity_id.alias("entity_id"),
    )
