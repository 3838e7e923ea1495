"""The documents that stay after cleaning, told apart: those whose survivor is decided, and those to be decided.

A document is decided when its signature is stored: signatures are written after survivors, so a run that died in
between is made again over the same documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lakehouse.asking import spark_asker
from lakehouse.place import Lakehouse

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ORDER = ("minus_quality", "minus_characters")
"""Of several, the one of the best quality stays, then the longest, then the smallest id."""
STANDING = ("entity_id", "text_digest", "survivor_id", "run_id", *ORDER)


@dataclass(frozen=True)
class Pile:
    """Documents as entities: entity_id, text_digest, survivor_id, run_id and the columns of the order; no texts."""

    arrived: DataFrame
    known: DataFrame | None
    """None where nothing is decided yet."""
    signatures: DataFrame | None
    """Stored ones of what is known, with their bands."""
    is_resigned: bool
    """Whether some that arrived have a signature that no longer holds."""


def last_scheme(lakehouse: Lakehouse, step: str) -> str | None:
    """Under which settings the decisions in the table were made."""
    if not lakehouse.exists("runs"):
        return None
    asker = spark_asker(lakehouse)
    done = f"step = {asker.dialect.literal(step)} AND status = 'done'"
    rows = asker.rows(f"SELECT asked FROM {asker.called('runs')} WHERE {done} ORDER BY started_at DESC LIMIT 1")
    return dict(rows[0]["asked"] or {}).get("scheme") if rows else None


def standing_of(documents: DataFrame) -> DataFrame:
    """What is known of each document that stays, without its text."""
    from pyspark.sql import functions as F

    return documents.where("dropped_by IS NULL").select(
        F.col("document_id").alias("entity_id"),
        "text_digest",
        "survivor_id",
        "run_id",
        (-F.col("quality")).alias("minus_quality"),
        (-F.col("characters")).alias("minus_characters"),
    )


def piled(standing: DataFrame, signatures: DataFrame) -> Pile:
    """What is to be decided: what has no signature of its present text, and whose survivor is gone or to be decided."""
    from pyspark.sql import functions as F

    if signatures.isEmpty():
        return Pile(standing, None, None, is_resigned=False)
    signed = signatures.select("entity_id", F.col("text_digest").alias("signed_digest"))
    is_signed = F.col("signed_digest").eqNullSafe(F.col("text_digest"))
    told = standing.join(signed, on="entity_id", how="left").withColumn("is_signed", is_signed)
    kept = told.where("is_signed AND survivor_id IS NULL")
    there = kept.select(F.col("entity_id").alias("survivor_id"), F.lit(True).alias("is_there"))
    has_survivor = F.col("survivor_id").isNull() | F.col("is_there").isNotNull()
    both = told.join(there, on="survivor_id", how="left")
    is_decided, was_signed = F.col("is_signed") & has_survivor, F.col("signed_digest").isNotNull()
    held = both.select(*STANDING, is_decided.alias("is_decided"), was_signed.alias("was_signed")).localCheckpoint()
    stale = held.where("NOT is_decided AND was_signed").select("entity_id").localCheckpoint()
    is_resigned = not stale.isEmpty()
    banded = signatures.select("entity_id", "bands")
    valid = banded.join(F.broadcast(stale), on="entity_id", how="left_anti") if is_resigned else banded
    arrived, known = held.where("NOT is_decided"), held.where("is_decided")
    return Pile(arrived.select(*STANDING), known.select(*STANDING), valid, is_resigned)
