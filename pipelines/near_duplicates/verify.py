"""Candidates verified by their texts: each pair's two texts come to one task, and are compared a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from os import cpu_count
from typing import TYPE_CHECKING, Any

from conf.near_duplicates import NearDuplicateSettings
from lakehouse.faults import fault_point
from pipelines.near_duplicates.few import sent_if_few
from pipelines.near_duplicates.likeness import PAIRS_AT_ONCE, nearness
from pipelines.near_duplicates.pairs import number_of

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

NEAR = "entity_id string, other_id string"
Batches = Iterable["pyarrow.RecordBatch"]


def near_pairs(candidates: DataFrame, texts: DataFrame, settings: NearDuplicateSettings) -> DataFrame:
    """Of candidate pairs of numbers those that are near in truth, by the texts (entity_id, text) themselves."""
    from pyspark.sql import functions as F

    sides = F.explode(F.array("one", "other")).alias("number")
    wanted = sent_if_few(candidates.select("one", "other", sides).localCheckpoint())
    numbered = texts.select(number_of("entity_id").alias("number"), "entity_id", "text")
    read = numbered.join(wanted, on="number", how="inner")
    side = read.select("one", "other", (F.col("number") == F.col("other")).alias("is_other"), "entity_id", "text")
    together = side.repartition("one", "other").sortWithinPartitions("one", "other", "is_other", "entity_id")
    return together.mapInArrow(_verified(settings), NEAR)


def near_among(candidates: pyarrow.Table, texts: pyarrow.Table, settings: NearDuplicateSettings) -> pyarrow.Table:
    """The same of few candidates, pairs of ids (entity_id, other_id), compared in this process by all its cores."""
    import numpy
    import pyarrow
    from pyarrow.compute import index_in

    ids = texts["entity_id"].combine_chunks()
    ones, others = (index_in(candidates[name], value_set=ids).to_numpy() for name in ("entity_id", "other_id"))

    def near(begin: int) -> Any:
        pairs = slice(begin, begin + PAIRS_AT_ONCE)
        wanted, at = numpy.unique(numpy.concatenate([ones[pairs], others[pairs]]), return_inverse=True)
        one, other = numpy.split(at, 2)
        return nearness(texts["text"].take(pyarrow.array(wanted)).combine_chunks(), one, other, settings)

    with ThreadPoolExecutor(cpu_count()) as pool:
        found = [numpy.zeros(0, numpy.bool_), *pool.map(near, range(0, len(ones), PAIRS_AT_ONCE))]
    return candidates.filter(pyarrow.array(numpy.concatenate(found)))


def _verified(settings: NearDuplicateSettings) -> Callable[[Batches], Iterator[pyarrow.RecordBatch]]:
    def work(batches: Batches) -> Iterator[pyarrow.RecordBatch]:
        fault_point("near_duplicates.working")
        for rows in _whole_groups(batches):
            yield _near_of(rows, settings)

    return work


def _near_of(rows: pyarrow.RecordBatch, settings: NearDuplicateSettings) -> pyarrow.RecordBatch:
    """A text that stands in several pairs is read once."""
    import numpy
    import pyarrow

    ones, others = pairs_in(
        *(rows.column(name).to_numpy(zero_copy_only=False) for name in ("one", "other", "is_other"))
    )
    encoded = rows.column("entity_id").dictionary_encode()
    codes = numpy.asarray(encoded.indices)
    first = numpy.zeros(len(encoded.dictionary), dtype=numpy.int64)
    first[codes[::-1]] = numpy.arange(len(codes))[::-1]
    near = nearness(rows.column("text").take(pyarrow.array(first)), codes[ones], codes[others], settings)
    ids = rows.column("entity_id")
    columns = [ids.take(pyarrow.array(side[near])) for side in (ones, others)]
    return pyarrow.RecordBatch.from_arrays(columns, ["entity_id", "other_id"])


def _whole_groups(batches: Batches) -> Iterator[pyarrow.RecordBatch]:
    """Batches cut between pairs, so that both texts of each are in one."""
    import numpy
    import pyarrow

    rest: list[pyarrow.RecordBatch] = []
    for batch in filter(len, batches):
        rows = pyarrow.concat_batches([*rest, batch])
        cut = int(_begins(*(numpy.asarray(rows.column(name)) for name in ("one", "other")))[-1])
        if cut:
            yield rows.slice(0, cut)
        rest = [rows.slice(cut)]
    yield from rest


def _begins(ones: Any, others: Any) -> Any:
    """Where each pair's rows begin."""
    import numpy

    changes = (ones[1:] != ones[:-1]) | (others[1:] != others[:-1])
    return numpy.flatnonzero(numpy.concatenate([[True], changes]))


def pairs_in(ones: Any, others: Any, is_other: Any) -> tuple[Any, Any]:
    """Positions of the two texts of each pair, from rows sorted by pair and side; where numbers clash, of all pairs."""
    import numpy

    begins = _begins(ones, others)
    sizes = numpy.diff(numpy.append(begins, len(ones)))
    plain = begins[sizes == 2]
    plain = plain[~is_other[plain] & is_other[plain + 1]]
    clashes = [range(begin, begin + size) for begin, size in zip(begins[sizes > 2], sizes[sizes > 2], strict=True)]
    crossed = [pair for rows in clashes for pair in product(rows, rows) if not is_other[pair[0]] and is_other[pair[1]]]
    more = numpy.array(crossed, dtype=numpy.int64).reshape(-1, 2)
    return numpy.concatenate([plain, more[:, 0]]), numpy.concatenate([plain + 1, more[:, 1]])
