"""The documents that stay after cleaning, told apart: those whose survivor is decided, and those to be decided.

A document is decided when its signature is stored: signatures are written after survivors, so a run that died in
between is made again over the same documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.near_duplicates.few import sent_if_few

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

ORDER = ("minus_quality", "minus_characters")
"""Of several, the one of the best quality stays, then the longest, then the smallest id."""
OF_TEXT = ("text_digest", "run_id", "-quality AS minus_quality", "-characters AS minus_characters")
"""A document's columns as those of an entity, in SQL."""


@dataclass(frozen=True)
class Stored:
    """What is there when the step begins."""

    texts: DataFrame
    """All documents that stay, as entities with their texts."""
    duplicates: DataFrame
    """entity_id and survivor_id."""
    signatures: DataFrame
    """entity_id, text_digest and bands of those that were decided under the same settings."""

    def sent(self, rows: pyarrow.Table) -> DataFrame:
        """Few rows as a frame that goes to every task."""
        from pyspark.sql import functions as F

        return F.broadcast(self.texts.sparkSession.createDataFrame(rows).coalesce(1))


@dataclass(frozen=True)
class Pile:
    """Documents as entities: entity_id, text_digest, run_id and the columns of the order; no texts."""

    arrived: DataFrame
    """Those to be decided."""
    survivors: DataFrame
    """entity_id and survivor_id of all duplicates that were found before."""
    known: DataFrame | None = None
    """Those that are decided; None where nothing is."""
    twins: DataFrame | None = None
    """The known ones with the digest of one that arrived."""
    signatures: DataFrame | None = None
    """Stored ones of what is known, with their bands."""
    was_signed: bool = False
    """Whether some that arrived have a signature that no longer holds."""

    def with_survivors(self, some: DataFrame) -> DataFrame:
        """The same, and survivor_id of those that are duplicates; let it be few, and held."""
        ids = sent_if_few(some.select("entity_id"))
        return some.join(self.survivors.join(ids, on="entity_id", how="left_semi"), on="entity_id", how="left")


def texts_of(documents: DataFrame) -> DataFrame:
    """The documents that stay, as entities with their texts."""
    return documents.where("dropped_by IS NULL").selectExpr("document_id AS entity_id", *OF_TEXT, "text")


def piled(stored: Stored) -> Pile:
    """What is to be decided: what has no signature of its present text, and whose survivor is gone or to be decided."""
    from pyspark.sql import functions as F

    standing, survivors, signatures = stored.texts.drop("text"), stored.duplicates, stored.signatures
    if signatures.isEmpty():
        return Pile(standing, survivors)
    # digests go as numbers here, which are an eighth of their length
    numbered = standing.withColumn("number", F.xxhash64("text_digest"))
    undecided = _undecided(numbered, signatures).localCheckpoint()
    # where all that was signed still stands as it was, so does every survivor
    is_whole = signatures.count() == standing.count() - undecided.count()
    orphans = undecided.limit(0) if is_whole else _orphans(numbered, survivors, undecided)
    waiting = undecided.unionByName(orphans).localCheckpoint()
    sent, numbers = sent_if_few(waiting.select("entity_id")), sent_if_few(waiting.select("number"))
    kin = numbered.join(numbers, on="number", how="left_semi").drop("number").localCheckpoint()
    was_signed = not is_whole and not waiting.where("was_signed").isEmpty()
    banded = signatures.select("entity_id", "bands")
    return Pile(
        arrived=kin.join(sent, on="entity_id", how="left_semi").localCheckpoint(),
        survivors=survivors,
        known=standing.join(sent, on="entity_id", how="left_anti"),
        twins=kin.join(sent, on="entity_id", how="left_anti").localCheckpoint(),
        signatures=banded.join(sent, on="entity_id", how="left_anti") if was_signed else banded,
        was_signed=was_signed,
    )


def _undecided(standing: DataFrame, signatures: DataFrame) -> DataFrame:
    """entity_id of what has no signature of its present text, its number, and whether it has one of another text."""
    from pyspark.sql import functions as F

    signed = signatures.select("entity_id", F.xxhash64("text_digest").alias("signed"))
    told = standing.select("entity_id", "number").join(signed, on="entity_id", how="left")
    is_signed = F.col("signed").isNotNull().alias("was_signed")
    return told.where(~F.col("number").eqNullSafe(F.col("signed"))).select("entity_id", "number", is_signed)


def _orphans(standing: DataFrame, survivors: DataFrame, undecided: DataFrame) -> DataFrame:
    """The same of what is decided and has a survivor that is not kept any more."""
    from pyspark.sql import functions as F

    waiting = undecided.select("entity_id")
    named = survivors.select(F.col("survivor_id").alias("entity_id")).distinct().localCheckpoint()
    there = standing.select("entity_id").join(sent_if_few(named), on="entity_id", how="left_semi")
    kept = there.join(survivors, on="entity_id", how="left_anti").join(waiting, on="entity_id", how="left_anti")
    gone = named.join(kept, on="entity_id", how="left_anti").withColumnRenamed("entity_id", "survivor_id")
    left = survivors.join(gone.localCheckpoint(), on="survivor_id", how="left_semi").select("entity_id")
    decided = sent_if_few(left.join(waiting, on="entity_id", how="left_anti").localCheckpoint())
    found = standing.join(decided, on="entity_id", how="left_semi")
    return found.select("entity_id", "number", F.lit(True).alias("was_signed"))
