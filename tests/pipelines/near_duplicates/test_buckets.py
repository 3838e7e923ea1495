"""In a small bucket everybody meets; in a large one a few do, which still hold a family together."""

from __future__ import annotations

from itertools import combinations
from random import Random

import numpy
import pytest

from pipelines.near_duplicates.buckets import HUBS, NEIGHBOURS, Bucketed, meetings

Row = tuple[int, bool, int]


def bucketed(rows: list[Row]) -> Bucketed:
    band, is_new, number = zip(*rows, strict=True)
    return Bucketed(numpy.array(band), numpy.array(is_new), numpy.array(number))


def met(rows: list[Row], batch: int) -> list[tuple[int, int]]:
    """Pairs from rows that come in batches of this size."""
    tail, found = None, []
    for cut in range(0, len(rows), batch):
        ones, others, tail = meetings(tail, bucketed(rows[cut : cut + batch]))
        found += list(zip(ones.tolist(), others.tolist(), strict=True))
    return found


def test_in_a_small_bucket_every_new_text_meets_every_other_one() -> None:
    """Of two new ones the greater number is told first; known ones meet only new ones."""
    rows = [(1, True, 5), (2, False, 9), (2, False, 3), (2, True, 4), (2, True, 7), (3, True, 8)]
    assert sorted(met(rows, batch=100)) == [(4, 3), (4, 9), (7, 3), (7, 4), (7, 9)]


def test_nine_meet_all_and_known_ones_alone_nobody() -> None:
    rows: list[Row] = [(1, True, number) for number in range(9)]
    assert sorted(met(rows, batch=100)) == [(b, a) for b in range(9) for a in range(b)]
    assert met([(1, False, number) for number in range(9)], batch=100) == []


@pytest.mark.parametrize("batch", [1, 2, 7, 33, 1000])
def test_batches_change_nothing(batch: int) -> None:
    rng = Random(3)
    rows = sorted((rng.choice([1, 1, 1, 2, 3, 4, 5]), rng.random() < 0.7, number) for number in range(300))
    assert len(met(rows, batch=1000)) > 1000
    assert sorted(met(rows, batch)) == sorted(met(rows, batch=1000))


def test_a_large_bucket_costs_as_many_pairs_as_it_has_texts_and_keeps_its_families() -> None:
    """Forty families of fifty, in the order of another band that they share: each hangs together by its chain."""
    rows: list[Row] = [(1, True, 100 * family + member) for family in range(40) for member in range(50)]
    pairs = met(rows, batch=64)
    assert len(pairs) <= len(rows) * (HUBS + NEIGHBOURS) < len(list(combinations(range(len(rows)), 2))) / 50
    for family in range(40):
        chain = {(100 * family + member + 1, 100 * family + member) for member in range(49)}
        assert chain <= set(pairs)
