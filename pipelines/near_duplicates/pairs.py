"""Pairs that may be near: texts that share a band of their signatures.

Texts go by a number here, a hash of their id. Should two have the same one, a pair more is compared, no more than that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from lakehouse.asking import Types, Work
from pipelines.near_duplicates.buckets import Bucketed, meetings
from pipelines.near_duplicates.sieve import MOST_BANDS, Sieve, bands_in, repeated, sieve_of

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import Column, DataFrame

PLACE, PAIR = "number bigint, band bigint, beside bigint", "one bigint, other bigint"
NAMED_PLACE = {"entity_id": "string", "band": "bigint", "beside": "bigint"}
PAIR_OF_IDS = ["entity_id", "other_id"]
SEED = 42
"""Of Spark's hash."""
Scan = Callable[[Work, Types, int], "pyarrow.Table"]
"""What work makes of entity_id and bands of known texts: up to so many rows of these types."""


def number_of(entity_id: str) -> Column:
    """The number that a text goes by."""
    from pyspark.sql import functions as F

    return F.xxhash64(entity_id)


def candidate_pairs(arrived: DataFrame, known: DataFrame | None, most_on_driver: int = MOST_BANDS) -> DataFrame:
    """From entity_id and bands of new texts, and of known ones, to pairs of numbers: `one` is new, `other` either.

    Most bands meet nobody. Those are left out before the shuffle, as long as the driver can hold the new ones.
    """
    from pyspark.sql import functions as F

    new = bands_in(arrived.select(F.explode("bands").alias("band")), most_on_driver)
    if known is None:
        places = _places(arrived, sieve_of(repeated(new)), is_new=True)
    elif new is None:
        places = _places(arrived, None, is_new=True).unionByName(_places(known, None, is_new=False))
    else:
        met = _places(known, sieve_of(new), is_new=False).localCheckpoint()
        meeting = sieve_of(repeated(new, bands_in(met.select("band"), most_on_driver)))
        places = _places(arrived, meeting, is_new=True).unionByName(met)
    buckets = places.repartition("band").sortWithinPartitions("band", "is_new", "beside", "number")
    return buckets.select("band", "is_new", "number").mapInArrow(_met, PAIR).distinct()


def few_candidates(arrived: DataFrame, known: Scan, most: int = MOST_BANDS) -> pyarrow.Table | None:
    """The same for few new texts, met on the driver, as pairs of ids: entity_id and other_id.

    None where it cannot hold the known bands that may be met, or a text is in both.
    """
    import numpy
    import pyarrow
    from pyarrow.compute import is_in

    batches = arrived.select("entity_id", "bands").toArrow().to_batches()
    bands = numpy.concatenate([numpy.zeros(0, numpy.int64), *(numpy.asarray(each[1].flatten()) for each in batches)])
    there = known(partial(_laid_out, sieve_of(bands)), NAMED_PLACE, most + 1)
    if there.num_rows > most:
        return None
    there = there.filter(is_in(there["band"], value_set=pyarrow.array(bands)))
    meeting = sieve_of(repeated(bands, there["band"].to_numpy()))
    return _named_pairs(there, pyarrow.Table.from_batches(_laid_out(meeting, batches), there.schema))


def _named_pairs(known: pyarrow.Table, new: pyarrow.Table) -> pyarrow.Table | None:
    """The pairs of places on the driver; None where a text is in both."""
    import numpy
    import pyarrow

    rows = pyarrow.concat_tables([known, new])
    encoded = rows["entity_id"].combine_chunks().dictionary_encode()
    ids, number = _ranked(encoded.dictionary, numpy.asarray(encoded.indices))
    is_new = numpy.arange(len(rows)) >= len(known)
    if len(numpy.intersect1d(number[is_new], number[~is_new])):
        return None
    band, beside = (rows[name].to_numpy() for name in ("band", "beside"))
    buckets = Bucketed(band, is_new, number).rows(numpy.lexsort((number, beside, is_new, band)))
    sides = meetings(None, buckets)[:2] if len(rows) else (number, number)
    named = (ids.take(pyarrow.array(side)) for side in sides)
    return pyarrow.table(dict(zip(PAIR_OF_IDS, named, strict=True))).group_by(PAIR_OF_IDS).aggregate([])


def _ranked(ids: pyarrow.Array, codes: Any) -> tuple[pyarrow.Array, Any]:
    """Ids in the order of their numbers, and for each code of one its place among them."""
    import numpy
    import pyarrow
    from xxhash import xxh64_intdigest

    words = ids.cast(pyarrow.binary()).to_pylist()
    hashes = numpy.array([xxh64_intdigest(word, SEED) for word in words], numpy.uint64).view(numpy.int64)
    order = numpy.argsort(hashes)
    places = numpy.empty_like(order)
    places[order] = numpy.arange(len(order))
    return ids.take(pyarrow.array(order)), places[codes]


def _places(banded: DataFrame, sieve: Sieve | None, *, is_new: bool) -> DataFrame:
    """A row for each band that passes, and the one beside it: by that, texts that share more come to stand together."""
    from pyspark.sql import functions as F

    numbered = banded.select(number_of("entity_id").alias("number"), "bands")
    return numbered.mapInArrow(partial(_laid_out, sieve), PLACE).withColumn("is_new", F.lit(is_new))


def _laid_out(sieve: Sieve | None, batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    """The same within Arrow, from what tells a text, and its bands."""
    import numpy
    import pyarrow

    for batch in batches:
        lists = batch.column("bands")
        ends = numpy.asarray(lists.offsets) - lists.offsets[0].as_py()
        bands, lengths = numpy.asarray(lists.flatten()), numpy.diff(ends)
        beside = numpy.roll(bands, -1)
        is_filled = lengths > 0
        beside[ends[1:][is_filled] - 1] = bands[ends[:-1][is_filled]]
        passing = slice(None) if sieve is None else sieve.passes(bands)
        owners = pyarrow.array(numpy.repeat(numpy.arange(len(batch)), lengths)[passing])
        told = {name: batch.column(name).take(owners) for name in batch.schema.names if name != "bands"}
        yield pyarrow.RecordBatch.from_pydict({**told, "band": bands[passing], "beside": beside[passing]})


def _met(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    import numpy
    import pyarrow

    tail: Bucketed | None = None
    for batch in filter(len, batches):
        band, is_new, number = (column.to_numpy(zero_copy_only=False) for column in batch.columns)
        ones, others, tail = meetings(tail, Bucketed(band, is_new.astype(numpy.bool_), number))
        yield pyarrow.RecordBatch.from_pydict({"one": ones, "other": others})
