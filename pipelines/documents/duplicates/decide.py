"""Who survives: exact copies first, then near ones among what is left, and each duplicate is told its survivor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conf.duplicates import DuplicatesSettings
from pipelines.documents.duplicates.exact import exact_copies
from pipelines.documents.duplicates.pile import ORDER, Pile
from pipelines.near_duplicates.asked import Rows, asked
from pipelines.near_duplicates.clusters import survivors
from pipelines.near_duplicates.few import sent_if_few
from pipelines.near_duplicates.pairs import candidate_pairs
from pipelines.near_duplicates.signing import signed
from pipelines.near_duplicates.verify import near_pairs

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MOST_RUNS = 100
"""So many runs, by which documents arrived, are worth a filter: each file knows its first and last."""


TOLD = """
SELECT entity_id, survivor_id FROM {near}
UNION ALL SELECT copy.entity_id, coalesce(near.survivor_id, copy.original_id)
FROM {copies} AS copy LEFT JOIN {near} AS near ON near.entity_id = copy.original_id
"""


@dataclass(frozen=True)
class Decided:
    """What came of the documents that arrived."""

    survivors: DataFrame
    """entity_id and survivor_id of each duplicate; documents that are kept are not in it."""
    signatures: DataFrame
    """entity_id, text_digest and bands of all that arrived; copies have no bands, so they meet nobody."""
    exact: int
    near: int


def decided(pile: Pile, texts: DataFrame, settings: DuplicatesSettings) -> Decided:
    """From documents to their survivors; the texts (entity_id, text) may hold more than the pile."""
    copies = exact_copies(pile).localCheckpoint()
    originals = _arrived_texts(pile, texts).join(sent_if_few(copies), on="entity_id", how="left_anti")
    sketched = signed(originals.select("entity_id", "text_digest", "text"), settings.near).localCheckpoint()
    candidates = candidate_pairs(sketched.select("entity_id", "bands"), pile.signatures)
    pairs = near_pairs(candidates, texts, settings.near).localCheckpoint()
    known = _known(pile, pairs)
    ids = pairs.select("entity_id").union(pairs.select("other_id")).distinct().localCheckpoint()
    standing = pile.arrived.join(sent_if_few(ids), on="entity_id", how="left_semi").select("entity_id", *ORDER)
    everyone = standing.unionByName(known.select("entity_id", *ORDER))
    told = survivors(pairs, known, everyone, ORDER, settings.most_pairs_on_driver)
    near = told.where("entity_id <> survivor_id").localCheckpoint()
    return Decided(told_of(copies, near), all_signed(sketched, copies), copies.count(), near.count())


def _arrived_texts(pile: Pile, texts: DataFrame) -> DataFrame:
    """Where everything has arrived, texts need not be sought out; else files of other runs are not even opened."""
    from pyspark.sql import functions as F

    if pile.known is None:
        return texts
    runs = [row["run_id"] for row in pile.arrived.select("run_id").distinct().limit(MOST_RUNS + 1).collect()]
    near = texts.where(F.col("run_id").isin(runs)) if len(runs) <= MOST_RUNS else texts
    return near.join(sent_if_few(pile.arrived.select("entity_id")), on="entity_id", how="left_semi")


def _known(pile: Pile, pairs: DataFrame) -> DataFrame:
    """Known documents that are met, and those that stand for them, each with its survivor."""
    from pyspark.sql import functions as F

    if pile.known is None:
        return pile.arrived.limit(0).withColumn("survivor_id", F.col("entity_id"))
    met = pairs.select(F.col("other_id").alias("entity_id")).distinct().localCheckpoint()
    theirs = pile.with_survivors(met).where("survivor_id IS NOT NULL").select("survivor_id")
    ids = sent_if_few(met.union(theirs).distinct().localCheckpoint())
    told = pile.with_survivors(pile.known.join(ids, on="entity_id", how="left_semi").localCheckpoint())
    return told.withColumn("survivor_id", F.coalesce("survivor_id", "entity_id")).localCheckpoint()


def told_of(copies: Rows, near: Rows) -> Any:
    """A copy of a document that is nearly another one goes where that one goes."""
    return asked(TOLD, copies=copies, near=near)


def all_signed(sketched: DataFrame, copies: DataFrame) -> DataFrame:
    """Signatures of all that arrived: a copy has no bands, so it meets nobody."""
    from pyspark.sql import functions as F

    none = F.array().cast("array<bigint>").alias("bands")
    bare = copies.select("entity_id", "text_digest", none)
    return sketched.select("entity_id", "text_digest", "bands").unionByName(bare)
