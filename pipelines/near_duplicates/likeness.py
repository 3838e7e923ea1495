"""True Jaccard indices of many pairs at once: all sets in one sorted row, and what occurs twice in it is shared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from conf.near_duplicates import NearDuplicateSettings
from pipelines.near_duplicates.letters import column_of
from pipelines.near_duplicates.shingles import Runs, parts_of, runs_of
from pipelines.near_duplicates.words import hashed_words, ranges

OWNER_BITS = 16
"""The high bits of a sorted number say whose run it is; 48 bits are enough to tell the runs of two texts apart."""
HASH_BITS = 64 - OWNER_BITS
PAIRS_AT_ONCE = 4096


@dataclass(frozen=True)
class Sets:
    """Sets of hashes one after the other, and where each begins."""

    hashes: Any
    starts: Any


def are_near(one: str, other: str, settings: NearDuplicateSettings) -> bool:
    """Whether two texts are the same but for a few words: over the whole, and at each end."""
    return bool(nearness([one, other], [0], [1], settings)[0])


def nearness(texts: Any, ones: Any, others: Any, settings: NearDuplicateSettings) -> Any:
    """For each pair, given by the positions of its texts, whether it is near."""
    import numpy

    likeness = [jaccards(sets, ones, others) for sets in _sets_of_parts(texts, settings)]
    return reduce(numpy.logical_and, (one >= settings.threshold for one in likeness))


def jaccards(sets: Sets, ones: Any, others: Any) -> Any:
    """What the two sets of each pair have in common, as a share of all that is in either."""
    import numpy

    left, right = numpy.asarray(ones, dtype=numpy.int64), numpy.asarray(others, dtype=numpy.int64)
    cuts = range(0, len(left), PAIRS_AT_ONCE)
    shared = [_shared(sets, left[cut : cut + PAIRS_AT_ONCE], right[cut : cut + PAIRS_AT_ONCE]) for cut in cuts]
    common = numpy.concatenate([numpy.zeros(0, numpy.int64), *shared])
    sizes = numpy.diff(sets.starts)
    return common / (sizes[left] + sizes[right] - common)


def _shared(sets: Sets, left: Any, right: Any) -> Any:
    import numpy

    pairs = numpy.arange(len(left), dtype=numpy.uint64)
    sizes = numpy.diff(sets.starts)
    sides = [
        numpy.repeat(pairs << numpy.uint64(HASH_BITS), sizes[side])
        | sets.hashes[ranges(sets.starts[side], sizes[side])]
        for side in (left, right)
    ]
    everything = numpy.sort(numpy.concatenate(sides))
    twice = everything[1:][everything[1:] == everything[:-1]]
    return numpy.bincount((twice >> numpy.uint64(HASH_BITS)).astype(numpy.int64), minlength=len(left))


def sets_of(runs: Runs) -> Sets:
    """The distinct runs of each text, in order."""
    import numpy

    assert len(runs.starts) - 1 <= 1 << OWNER_BITS
    owners = numpy.arange(len(runs.starts) - 1, dtype=numpy.uint64) << numpy.uint64(HASH_BITS)
    keys = numpy.repeat(owners, numpy.diff(runs.starts)) | (runs.hashes >> numpy.uint64(OWNER_BITS))
    keys.sort()
    distinct = keys[numpy.concatenate([[True], keys[1:] != keys[:-1]])]
    starts = numpy.concatenate([numpy.searchsorted(distinct, owners), [len(distinct)]])
    return Sets(distinct & numpy.uint64((1 << HASH_BITS) - 1), starts)


def _sets_of_parts(texts: Any, settings: NearDuplicateSettings) -> Iterator[Sets]:
    """The runs of the whole; and of its first and last words, where what is asked of a long text stands."""
    words, end, size = (
        [hashed_words(part) for part in parts_of(column_of(texts))],
        settings.end_words,
        settings.shingle_words,
    )
    yield _joined([sets_of(runs_of(one, size)) for one in words])
    if end:
        yield _joined([sets_of(runs_of(one.first(end), size)) for one in words])
        yield _joined([sets_of(runs_of(one.last(end), size)) for one in words])


def _joined(sets: Sequence[Sets]) -> Sets:
    import numpy

    sizes = [numpy.diff(one.starts) for one in sets]
    starts = numpy.concatenate([[0], numpy.cumsum(numpy.concatenate(sizes))])
    return Sets(numpy.concatenate([one.hashes for one in sets]), starts)
