"""Documents of 300 words with planted duplicates, the same from one seed at any size: words by Zipf's law.

Of ten documents in a row the ninth is the first with one to five words exchanged, and the last a copy of the second; so
four fifths are kept. Documents from a given number on repeat some of those before it, as a new batch does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy
import pyarrow
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.place import Lakehouse
from lakehouse.tables import table_named

WORDS, VOCABULARY = 300, 50_000
NEAR, EXACT = 8, 9


@lru_cache(maxsize=1)
def vocabulary() -> tuple[Any, Any]:
    """Words, and the sums of their shares."""
    rng = numpy.random.default_rng(1)
    letters = numpy.array(list("etaoinshrdlucmfwypvbgkjqxz"))
    words = numpy.array(["".join(letters[rng.integers(0, 26, rng.integers(2, 10))]) for _ in range(VOCABULARY)])
    shares = 1 / (10 + numpy.arange(VOCABULARY))
    return words, numpy.cumsum(shares / shares.sum())


def original(number: int) -> Any:
    """The words of a document that repeats no other."""
    words, shares = vocabulary()
    return words[numpy.searchsorted(shares, numpy.random.default_rng(number).random(WORDS))]


def source_of(number: int, before: int) -> int:
    """The document that this one repeats; itself for most. From `before` on, half of the repeats are of older ones."""
    kind, decade = number % 10, number - number % 10
    if kind not in (NEAR, EXACT):
        return number
    if number >= before and (number // 10) % 2:
        decade = decade % before - decade % before % 10
    return decade + (kind == EXACT)


def text_of(number: int, before: int) -> str:
    """The document of this number."""
    source = source_of(number, before)
    words = original(source)
    if number % 10 == NEAR:
        rng = numpy.random.default_rng([number, 1])
        places = rng.choice(WORDS, rng.integers(1, 6), replace=False)
        words = words.astype(object)
        words[places] = [f"changed{place}" for place in places]
    return " ".join(words)


def planted(lakehouse: Lakehouse, first: int, count: int, before: int) -> DataFrame:
    """Rows of the table documents."""
    numbers = lakehouse.spark.range(first, first + count, numPartitions=max(2, count // 50_000))

    def written(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            texts = [text_of(number, before) for number in batch.column("id").to_pylist()]
            yield batch.append_column("text", pyarrow.array(texts, pyarrow.string()))

    told = numbers.mapInArrow(written, "id bigint, text string").withColumns(
        {
            "document_id": F.sha2(F.col("id").cast("string"), 256).substr(1, 32),
            "source": F.lit("planted"),
            "source_file": F.lit("none"),
            "source_part": F.col("id"),
            "media_type": F.lit("text/plain"),
            "text_digest": F.sha2("text", 256),
            "characters": F.length("text").cast("bigint"),
            "extra": F.map_from_arrays(F.array().cast("array<string>"), F.array().cast("array<string>")),
            "run_id": F.lit(f"take-{first}"),
        }
    )
    table = table_named("documents")
    missing = {one.name: F.lit(None).cast(one.type) for one in table.columns if one.name not in told.columns}
    return told.withColumns(missing).select(*table.names)


def add(lakehouse: Lakehouse, first: int, count: int, before: int) -> None:
    """Rows into the table, unchecked, as quickly as Spark writes."""
    folder = str(lakehouse.place.folder("documents"))
    planted(lakehouse, first, count, before).write.format("delta").mode("append").save(folder)


def texts_for_peers(count: int, file: Path) -> Path:
    """The same documents as JSON Lines, for programs that know no Delta."""
    import json

    with file.open("w") as lines:
        lines.writelines(json.dumps({"id": str(at), "text": text_of(at, count)}) + "\n" for at in range(count))
    return file


def rightly_kept(found: Sequence[tuple[int, int | None]], before: int) -> dict[str, float]:
    """How many of the planted repeats went to the right document or stand for it, and how many others went anywhere."""
    planted_there = {number: source_of(number, before) for number, _ in found}
    survivor = {number: number if kept is None else kept for number, kept in found}
    repeats = [number for number, source in planted_there.items() if source != number]
    right = sum(survivor[number] == survivor[planted_there[number]] for number in repeats)
    families = len(set(planted_there.values()))
    return {"repeats": len(repeats), "recall": right / len(repeats), "kept": len(set(survivor.values())) / families}
