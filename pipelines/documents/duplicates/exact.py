"""Exact copies: of documents with the same digest one stays, and new ones give way to those that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.documents.duplicates.pile import ORDER
from pipelines.near_duplicates.clusters import in_order

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def exact_copies(arrived: DataFrame, known: DataFrame | None) -> DataFrame:
    """From documents (entity_id, text_digest, survivor_id and their order): entity_id of new copies, and original_id.

    The original of a copy is a new document or a known one; a known duplicate names its own survivor.
    """
    from pyspark.sql import functions as F

    new = arrived.withColumn("is_new", F.lit(True)).withColumn("stays_as", F.col("entity_id"))
    everybody = new if known is None else new.unionByName(_known(known, arrived))
    number = F.xxhash64("text_digest").alias("number")
    often = everybody.groupBy(number).count().where("count > 1").select("number")
    some = everybody.withColumn("number", number).join(often, on="number", how="left_semi")
    standing = F.struct(F.col("is_new").alias("is_new"), *in_order(ORDER), F.col("stays_as").alias("stays_as"))
    first = some.groupBy("text_digest").agg(F.min(standing).alias("first"))
    found = some.where("is_new").join(first, on="text_digest", how="inner")
    return found.select("entity_id", F.col("first.stays_as").alias("original_id")).where("entity_id <> original_id")


def _known(known: DataFrame, arrived: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F

    asked = known.join(arrived.select("text_digest").distinct(), on="text_digest", how="left_semi")
    survivor = F.coalesce("survivor_id", "entity_id")
    return (
        asked.withColumn("is_new", F.lit(False))
        .withColumn("stays_as", survivor)
        .select(*arrived.columns, "is_new", "stays_as")
    )
