"""The search itself: sign what is new, meet what shares a band, verify, and find each new text's survivor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conf.near_duplicates import NearDuplicateSettings
from pipelines.near_duplicates.clusters import survivors
from pipelines.near_duplicates.minhash import scheme_of
from pipelines.near_duplicates.pairs import candidate_pairs, near_pairs
from pipelines.near_duplicates.signing import signed

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@dataclass(frozen=True)
class Found:
    """What a search came to."""

    signatures: DataFrame
    """Rows for the table signatures, of the texts that it does not hold yet."""
    survivors: DataFrame
    """entity_id of each new text, and survivor_id: the text kept in its place, itself where it is kept."""


def find_near_duplicates(
    arrived: DataFrame, known: DataFrame, signatures: DataFrame, settings: NearDuplicateSettings
) -> Found:
    """New texts (entity_id, text, since) against each other and against known ones (and survivor_id).

    Known texts are compared by the signatures that are stored; those without one, after the settings changed or a run
    died, are signed now. What was decided about a known text stays.
    """
    from pyspark.sql import functions as F

    stored = signatures.where(F.col("scheme") == scheme_of(settings)).select("entity_id", "bands")
    columns = ["entity_id", "text", "since"]
    everybody = known.select(*columns, F.lit(False).alias("is_new")).unionByName(
        arrived.select(*columns, F.lit(True).alias("is_new"))
    )
    fresh = signed(everybody.join(stored, on="entity_id", how="left_anti"), settings).localCheckpoint()
    banded = stored.unionByName(fresh.select("entity_id", "bands"))
    candidates = candidate_pairs(
        everybody.select("entity_id", "is_new", "since").join(banded, on="entity_id", how="inner")
    )
    pairs = near_pairs(candidates, everybody.select("entity_id", "text"), settings).localCheckpoint()
    return Found(fresh, survivors(arrived, known, pairs))
