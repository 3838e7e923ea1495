"""Clusters of near texts: in each, one stays, and every other one is told which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.near_duplicates.components import MOST_ON_DRIVER, components
from pipelines.near_duplicates.few import sent_if_few

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


def survivors(
    arrived: DataFrame, known: DataFrame, pairs: DataFrame, order: Sequence[str], most_on_driver: int = MOST_ON_DRIVER
) -> DataFrame:
    """From new texts (entity_id), known ones (and survivor_id) and near pairs: entity_id and survivor_id.

    For the new texts that stand in a pair; one that is kept survives itself. Both kinds have the columns by which they
    are ordered: the smallest stays, and nothing comes last. What is known stands before what is new and passes nothing
    on: two clusters that a new text lies between stay two.
    """
    from pyspark.sql import functions as F

    met = pairs.select(F.col("other_id").alias("entity_id")).distinct()
    known_met = known.join(met, on="entity_id", how="left_semi").select("entity_id", "survivor_id").localCheckpoint()
    standing = known.select(F.col("entity_id").alias("survivor_id"), _label(0, F.col("entity_id"), order))
    theirs = known_met.join(standing, on="survivor_id", how="inner").select(
        F.col("entity_id").alias("other_id"), "label"
    )
    reached = pairs.join(theirs, on="other_id", how="inner").select("entity_id", "label")
    both_new = pairs.join(known_met.select(F.col("entity_id").alias("other_id")), on="other_id", how="left_anti")
    members = sent_if_few(pairs.select("entity_id").union(both_new.select("other_id")).distinct().localCheckpoint())
    own = arrived.join(members, on="entity_id", how="left_semi").select(
        "entity_id", _label(1, F.col("entity_id"), order)
    )
    together = components(both_new, most_on_driver)
    told = own.unionByName(reached).join(together, on="entity_id", how="left")
    labelled = told.select("entity_id", F.coalesce("component", "entity_id").alias("component"), "label")
    first = labelled.groupBy("component").agg(F.min("label").alias("label"))
    settled = labelled.select("entity_id", "component").distinct().join(first, on="component", how="inner")
    return settled.select("entity_id", F.col("label.entity_id").alias("survivor_id"))


def _label(is_new: int, entity_id: Column, order: Sequence[str]) -> Column:
    """Known before new, then by the columns of the order, each with nothing last, then by id."""
    from pyspark.sql import functions as F

    return F.struct(F.lit(is_new).alias("is_new"), *in_order(order), entity_id.alias("entity_id")).alias("label")


def in_order(columns: Sequence[str]) -> list[Column]:
    """Columns for a struct that is ordered by them, with nothing last."""
    from pyspark.sql import functions as F

    return [part for name in columns for part in (F.col(name).isNull().alias(f"no_{name}"), F.col(name).alias(name))]
