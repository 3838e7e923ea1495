"""Paragraphs that several kept documents share, such as a licence or a page's footer: counted, or left to one of them.

A paragraph is what stands between blank lines. The best of the documents that have it keeps it, known ones before new
ones; what was decided about a known document stays, so only new ones lose any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conf.duplicates import DuplicatesSettings
from pipelines.documents.duplicates.pile import ORDER

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

BLANK_LINES, BETWEEN = r"\n\s*\n", "\n\n"
RULE = "shared_paragraphs"
"""What drops a document of which nothing would be left."""


def shared_paragraphs(kept: DataFrame, settings: DuplicatesSettings) -> DataFrame:
    """From kept documents (entity_id, text, is_new and their order) to entity_id, place and characters of each
    paragraph that a new document has and another one keeps."""
    from pyspark.sql import functions as F

    each = kept.select("entity_id", "is_new", *ORDER, F.posexplode(_paragraphs()).alias("place", "paragraph"))
    characters = F.length("paragraph").alias("characters")
    plain = F.xxhash64(F.lower(F.regexp_replace(F.trim("paragraph"), r"\s+", " "))).alias("plain")
    long = each.select("*", characters, plain).where(F.col("characters") >= settings.paragraph_characters)
    first = F.min(F.struct("is_new", *_in_order(), "entity_id")).alias("first")
    holders = long.groupBy("plain").agg(F.count_distinct("entity_id").alias("documents"), first)
    shared = holders.where(F.col("documents") >= settings.paragraph_documents).select(
        "plain", F.col("first.entity_id").alias("keeper_id")
    )
    met = long.where("is_new").join(shared, on="plain", how="inner").where("entity_id <> keeper_id")
    return met.select("entity_id", "place", "characters")


def shortened(texts: DataFrame, shared: DataFrame) -> DataFrame:
    """From texts (entity_id, text) that have shared paragraphs to what is left of each: columns of documents.

    A document of which nothing would be left stays as it is and is dropped.
    """
    from pyspark.sql import functions as F

    places = shared.groupBy("entity_id").agg(F.collect_set("place").alias("places"))
    met = texts.join(places, on="entity_id", how="inner")
    left = F.filter(_paragraphs(), lambda _, place: ~F.array_contains("places", place))
    rest = met.withColumn("rest", F.trim(F.array_join(left, BETWEEN)))
    is_empty = F.col("rest") == ""
    text = F.when(is_empty, F.col("text")).otherwise(F.col("rest"))
    return rest.select(
        "entity_id",
        text.alias("text"),
        F.sha2(text, 256).alias("text_digest"),
        F.length(text).cast("bigint").alias("characters"),
        F.when(is_empty, F.lit(RULE)).alias("dropped_by"),
    )


def _paragraphs() -> Column:
    from pyspark.sql import functions as F

    return F.split("text", BLANK_LINES)


def _in_order() -> list[Column]:
    """Columns for a struct that is ordered as survivors are, with nothing last."""
    from pyspark.sql import functions as F

    return [part for name in ORDER for part in (F.col(name).isNull().alias(f"no_{name}"), F.col(name).alias(name))]
