"""The search itself: sign what is new, meet what shares a band, verify, and find each new text's survivor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conf.near_duplicates import NearDuplicateSettings
from pipelines.near_duplicates.clusters import survivors
from pipelines.near_duplicates.minhash import scheme_of
from pipelines.near_duplicates.pairs import candidate_pairs
from pipelines.near_duplicates.signing import signed
from pipelines.near_duplicates.verify import near_pairs

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ORDER = ("since",)


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

    scheme = scheme_of(settings)
    stored = signatures.where(F.col("scheme") == scheme).select("entity_id", "bands")
    texts = known.select("entity_id", "text").unionByName(arrived.select("entity_id", "text"))
    fresh = signed(texts.join(stored, on="entity_id", how="left_anti"), settings).localCheckpoint()
    banded = stored.unionByName(fresh.select("entity_id", "bands"))
    arrived_bands = banded.join(arrived, on="entity_id", how="left_semi")
    known_bands = banded.join(known, on="entity_id", how="left_semi")
    candidates = candidate_pairs(arrived_bands, known_bands)
    pairs = near_pairs(candidates, texts, settings).localCheckpoint()
    standing = arrived.select("entity_id", *ORDER).unionByName(known.select("entity_id", *ORDER))
    told = survivors(pairs, known.select("entity_id", "survivor_id"), standing, ORDER)
    everyone = arrived.select("entity_id").join(told, on="entity_id", how="left")
    return Found(
        fresh.select("entity_id", F.lit(scheme).alias("scheme"), "bands").withColumn(
            "text_digest", F.lit(None).cast("string")
        ),
        everyone.select("entity_id", F.coalesce("survivor_id", "entity_id").alias("survivor_id")),
    )
