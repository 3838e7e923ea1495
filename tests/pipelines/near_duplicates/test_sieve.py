"""What could meet passes, nearly nothing else does, and the pairs are those that would be found without it."""

from __future__ import annotations

import numpy
import pyarrow
from pyspark.sql import DataFrame, SparkSession

from lakehouse.asking import Types, Work
from pipelines.near_duplicates.pairs import Scan, candidate_pairs, few_candidates, number_of
from pipelines.near_duplicates.sieve import repeated, sieve_of

Bands = dict[str, list[int]]


def test_every_wanted_band_passes_and_few_others_do() -> None:
    rng = numpy.random.default_rng(5)
    wanted, others = rng.integers(-(2**63), 2**63, (2, 50_000))
    sieve = sieve_of(wanted)
    assert sieve is not None and sieve.passes(wanted).all()
    assert 0 < sieve.passes(others).mean() < 0.05


def test_through_a_sieve_of_no_bands_none_passes() -> None:
    sieve = sieve_of(numpy.zeros(0, dtype=numpy.int64))
    assert sieve is not None and not sieve.passes(numpy.array([-1, 0, 2**62])).any()


def test_repeated_bands_are_those_of_all_parts_together() -> None:
    assert set(repeated(numpy.array([1, 2, 3]), numpy.array([3, 4, 4]))) == {3, 4}
    assert repeated(numpy.array([1, 1]), None) is None


def banded(spark: SparkSession, bands: Bands) -> DataFrame:
    return spark.createDataFrame(list(bands.items()), "entity_id string, bands array<bigint>")


def scanned(known: DataFrame) -> Scan:
    """As a run scans a table."""

    def scan(work: Work, types: Types, most: int) -> pyarrow.Table:
        schema = ", ".join(" ".join(named) for named in types.items())
        return known.mapInArrow(lambda batches: work(batches), schema).limit(most).toArrow()

    return scan


def numbered(pairs: list[dict[str, str]], texts: DataFrame) -> list[tuple[int, ...]]:
    """Pairs of ids as pairs of numbers, in order."""
    numbers = dict(texts.select("entity_id", number_of("entity_id")).collect())
    return sorted(tuple(numbers[one] for one in pair.values()) for pair in pairs)


def test_the_pairs_are_the_same_whether_the_driver_holds_the_bands_or_not(spark: SparkSession) -> None:
    """Of a batch two meet each other, one meets a known text, and two known ones that share a band meet nobody."""
    far = 2**62
    new = {"a": [1, far], "b": [2, far], "c": [3, -far], "d": [4, 5], "copy": []}
    old = {"e": [6, -far], "f": [7, 8], "g": [7, 9]}
    arrived, known = banded(spark, new), banded(spark, old)
    for batch, expected in ((None, 1), (known, 2)):
        pairs = [
            {(row["one"], row["other"]) for row in candidate_pairs(arrived, batch, most).collect()} for most in (100, 0)
        ]
        assert pairs[0] == pairs[1] and len(pairs[0]) == expected
    few = few_candidates(arrived, scanned(known))
    assert few is not None and numbered(few.to_pylist(), arrived.union(known)) == sorted(pairs[0])


def test_few_texts_meet_on_the_driver_unless_it_is_too_much_or_one_is_there_already(spark: SparkSession) -> None:
    """A large bucket is met in the same order either way."""
    rng = numpy.random.default_rng(3)
    new, old = (
        {f"{kind}{at:03}": [1, *(int(band) for band in rng.integers(0, 40, 4))] for at in range(60)} for kind in "no"
    )
    arrived, known = banded(spark, new), banded(spark, old)
    few = few_candidates(arrived, scanned(known))
    many = candidate_pairs(arrived, known).toArrow()
    assert few is not None and few.num_rows > 100
    assert numbered(few.to_pylist(), arrived.union(known)) == sorted(tuple(pair.values()) for pair in many.to_pylist())
    assert few_candidates(arrived, scanned(known), most=10) is None
    assert few_candidates(arrived, scanned(known.union(arrived.limit(1)))) is None
    alone = few_candidates(banded(spark, {"a": [1], "b": []}), scanned(banded(spark, {})))
    assert alone is not None and alone.num_rows == 0
