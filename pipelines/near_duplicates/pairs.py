"""Pairs of texts that are near: those that share a band are candidates, and their shingles decide."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from conf.near_duplicates import NearDuplicateSettings
from pipelines.arrow_columns import with_computed
from pipelines.near_duplicates.shingles import jaccard, shingles, words_of
from pipelines.splitmix import Numbers as Hashes

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MOST_COMPARED = 100
"""A text is compared with so many of the earliest in its band: a band of a million equal letters stays affordable."""


def candidate_pairs(bands: DataFrame) -> DataFrame:
    """From entity_id, is_new, since and bands to entity_id (of a new text) and other_id (one that stands before it)."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    each = bands.select("entity_id", "is_new", "since", F.explode("bands").alias("band"))
    known_first = Window.partitionBy("band").orderBy("is_new", F.col("since").asc_nulls_last(), "entity_id")
    wanted = each.where("is_new").select("band").distinct()
    ranked = each.join(wanted, on="band", how="left_semi").withColumn("rank", F.row_number().over(known_first))
    hubs = ranked.where(F.col("rank") <= MOST_COMPARED).select(
        "band", F.col("entity_id").alias("other_id"), F.col("rank").alias("other_rank")
    )
    stands_before = F.col("other_rank") < F.col("rank")
    met = ranked.where("is_new").join(hubs, on="band", how="inner").where(stands_before)
    return met.select("entity_id", "other_id").distinct()


def near_pairs(candidates: DataFrame, texts: DataFrame, settings: NearDuplicateSettings) -> DataFrame:
    """The candidates that are near in truth, by the texts (entity_id, text) themselves."""
    from pyspark.sql import functions as F

    others = texts.select(F.col("entity_id").alias("other_id"), F.col("text").alias("other_text"))
    read = candidates.join(texts, on="entity_id", how="inner").join(others, on="other_id", how="inner")
    judged = with_computed(read, "is_near", "boolean", partial(_are_near, settings=settings), ["text", "other_text"])
    return judged.where("is_near").select("entity_id", "other_id")


def are_near(one: str, other: str, settings: NearDuplicateSettings) -> bool:
    """Whether two texts are the same but for a few words: over the whole, and at each end."""
    pairs = zip(_parts(one, settings), _parts(other, settings), strict=True)
    return all(jaccard(part, counterpart) >= settings.threshold for part, counterpart in pairs)


def _are_near(texts: Sequence[str], others: Sequence[str], settings: NearDuplicateSettings) -> list[bool]:
    return [are_near(text, other, settings) for text, other in zip(texts, others, strict=True)]


@lru_cache(maxsize=2000)
def _parts(text: str, settings: NearDuplicateSettings) -> tuple[Hashes, ...]:
    """The shingles of the whole; and of its first and last words, where what is asked of a long text stands."""
    words, end = words_of(text), settings.end_words
    ends = (words[:end], words[-end:]) if end else ()
    return tuple(shingles(part, settings.shingle_words) for part in (words, *ends))
