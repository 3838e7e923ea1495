"""Exact copies: of documents with the same digest one stays, and new ones give way to those that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.documents.duplicates.pile import ORDER, Pile
from pipelines.near_duplicates.asked import asked, in_order
from pipelines.near_duplicates.few import sent_if_few

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

COPIES = f"""
SELECT entity_id, text_digest, original_id FROM (
    SELECT *, first_value(stays_as) OVER (
        PARTITION BY text_digest ORDER BY is_new, {in_order(ORDER)}, stays_as
    ) AS original_id FROM {{standing}}
) WHERE is_new AND entity_id <> original_id
"""
"""Of what has the same digest the known stands before the new; then the order of the pile, then the id."""


def exact_copies(pile: Pile) -> DataFrame:
    """entity_id and text_digest of the copies among what arrived, and original_id.

    The original of a copy is a new document or a known one; a known duplicate names its own survivor.
    """
    from pyspark.sql import functions as F

    new = pile.arrived.withColumn("is_new", F.lit(True)).withColumn("stays_as", F.col("entity_id"))
    everybody = new if pile.twins is None else new.unionByName(_standing_for(pile, pile.twins))
    number = F.xxhash64("text_digest").alias("number")
    often = everybody.groupBy(number).count().where("count > 1").select("number").localCheckpoint()
    numbered = everybody.withColumn("number", number)
    some = numbered.join(sent_if_few(often), on="number", how="left_semi").localCheckpoint()
    return asked(COPIES, standing=some)


def _standing_for(pile: Pile, twins: DataFrame) -> DataFrame:
    """Known documents with the digest of a new one, in the columns of the new."""
    from pyspark.sql import functions as F

    stays_as = F.coalesce("survivor_id", "entity_id").alias("stays_as")
    told = pile.with_survivors(twins).select(*pile.arrived.columns, F.lit(False).alias("is_new"), stays_as)
    return told.localCheckpoint()
