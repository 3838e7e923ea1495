"""What most people write: MinHash as a Spark UDF for each document, a self-join on bands, and a UDF that verifies."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from pipelines.near_duplicates.components import components

WORDS, PERMUTATIONS, BANDS, THRESHOLD, PRIME = 5, 80, 16, 0.8, (1 << 61) - 1


def runs(text: str) -> set[int]:
    words = text.lower().split()
    return {
        int.from_bytes(hashlib.sha1(" ".join(words[at : at + WORDS]).encode()).digest()[:4], "little")
        for at in range(max(1, len(words) - WORDS + 1))
    }


@lru_cache(maxsize=1)
def factors() -> tuple[Any, Any]:
    import numpy

    rng = numpy.random.default_rng(1)
    return tuple(rng.integers(1, PRIME, PERMUTATIONS, dtype=numpy.uint64) for _ in range(2))  # type: ignore[return-value]


def bands(text: str) -> list[int]:
    """NumPy over the permutations, as the common recipes do it."""
    import numpy

    hashes = numpy.array(sorted(runs(text)), dtype=numpy.uint64)
    ours, theirs = factors()
    values = ((hashes[:, None] * ours + theirs) % numpy.uint64(PRIME)).min(axis=0).reshape(BANDS, -1)
    return [hash((at, *row)) for at, row in enumerate(values.tolist())]


def likeness(one: str, other: str) -> float:
    ours, theirs = runs(one), runs(other)
    return len(ours & theirs) / len(ours | theirs)


def deduplicated(documents: DataFrame, folder: Path) -> int:
    """Documents in, those that are kept written to a Delta table; how many."""
    texts = documents.select("document_id", "text")
    signed = texts.withColumn("bands", F.udf(bands, "array<bigint>")("text")).localCheckpoint()
    each = signed.select("document_id", F.explode("bands").alias("band"))
    others = each.withColumnRenamed("document_id", "other_id")
    met = each.join(others, on="band", how="inner").where("document_id < other_id").select("document_id", "other_id")
    pairs = (
        met.distinct()
        .join(texts, on="document_id", how="inner")
        .join(
            texts.select(F.col("document_id").alias("other_id"), F.col("text").alias("other_text")),
            on="other_id",
            how="inner",
        )
    )
    near = pairs.where(F.udf(likeness, "double")("text", "other_text") >= THRESHOLD)
    together = components(near.select(F.col("document_id").alias("entity_id"), "other_id"))
    gone = together.where("entity_id <> component").select(F.col("entity_id").alias("document_id"))
    documents.join(gone, on="document_id", how="left_anti").write.format("delta").save(str(folder))
    return documents.sparkSession.read.format("delta").load(str(folder)).count()
