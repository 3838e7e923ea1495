"""Who survives: exact copies first, then near ones among what is left, and each duplicate is told its survivor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conf.duplicates import DuplicatesSettings
from pipelines.documents.duplicates.exact import exact_copies
from pipelines.documents.duplicates.pile import ORDER, Pile
from pipelines.near_duplicates.clusters import survivors
from pipelines.near_duplicates.few import sent_if_few
from pipelines.near_duplicates.pairs import candidate_pairs
from pipelines.near_duplicates.signing import signed
from pipelines.near_duplicates.verify import near_pairs

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MOST_RUNS = 100
"""So many runs, by which documents arrived, are worth a filter: Delta knows each file's first and last."""


@dataclass(frozen=True)
class Decided:
    """What came of the documents that arrived."""

    survivors: DataFrame
    """entity_id and survivor_id of each duplicate; documents that are kept are not in it."""
    signatures: DataFrame
    """entity_id, text_digest, signature and bands of all that arrived; copies have no bands, so they meet nobody."""
    exact: int
    near: int


def decided(pile: Pile, texts: DataFrame, settings: DuplicatesSettings) -> Decided:
    """From documents to their survivors; the texts (entity_id, text) may hold more than the pile."""
    copies = exact_copies(pile.arrived, pile.known).localCheckpoint()
    sketched = signed(_arrived_texts(pile, texts), settings.near).localCheckpoint()
    originals = sketched.join(sent_if_few(copies), on="entity_id", how="left_anti")
    candidates = candidate_pairs(originals.select("entity_id", "bands"), pile.signatures)
    pairs = near_pairs(candidates, texts, settings.near).localCheckpoint()
    known = _known(pile)
    near = survivors(pile.arrived, known, pairs, ORDER, settings.most_pairs_on_driver).where("entity_id <> survivor_id")
    near = near.localCheckpoint()
    return Decided(_told(copies, near), _without_bands(sketched, copies), copies.count(), near.count())


def _arrived_texts(pile: Pile, texts: DataFrame) -> DataFrame:
    """Where everything has arrived, texts need not be sought out; else files of other runs are not even opened."""
    from pyspark.sql import functions as F

    if pile.known is None:
        return texts
    runs = [row["run_id"] for row in pile.arrived.select("run_id").distinct().limit(MOST_RUNS + 1).collect()]
    near = texts.where(F.col("run_id").isin(runs)) if len(runs) <= MOST_RUNS else texts
    return near.join(sent_if_few(pile.arrived.select("entity_id")), on="entity_id", how="left_semi")


def _known(pile: Pile) -> DataFrame:
    """Known documents, each with its survivor; none where nothing is known."""
    from pyspark.sql import functions as F

    known = pile.arrived.limit(0) if pile.known is None else pile.known
    return known.withColumn("survivor_id", F.coalesce("survivor_id", "entity_id"))


def _told(copies: DataFrame, near: DataFrame) -> DataFrame:
    """A copy of a document that is nearly another one goes where that one goes."""
    from pyspark.sql import functions as F

    onward = near.select(F.col("entity_id").alias("original_id"), "survivor_id")
    through = copies.join(onward, on="original_id", how="left")
    return near.unionByName(through.select("entity_id", F.coalesce("survivor_id", "original_id").alias("survivor_id")))


def _without_bands(sketched: DataFrame, copies: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F

    told = sketched.join(sent_if_few(copies.withColumn("is_copy", F.lit(True))), on="entity_id", how="left")
    none = F.array().cast("array<bigint>")
    bands = F.when(F.col("is_copy"), none).otherwise(F.col("bands")).alias("bands")
    return told.select("entity_id", "text_digest", "signature", bands)
