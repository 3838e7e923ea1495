"""A text as the set of its runs of words, each a 64-bit number, and how alike two such sets are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pipelines.near_duplicates.letters import UNSPACED, Column, column_of
from pipelines.near_duplicates.words import Words, hashed_words, ranges
from pipelines.splitmix import Numbers as Hashes
from pipelines.splitmix import mixed

WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")
FACTOR = 0xA0761D6478BD642F
TEXTS_AT_ONCE, BYTES_AT_ONCE = 4096, 1 << 18
"""So much that what is computed stays in a processor's cache."""


@dataclass(frozen=True)
class Runs:
    """The hashed runs of words of texts one after the other, repeats and all, and where those of each text begin."""

    hashes: Hashes
    starts: Any


def words_of(text: str) -> list[str]:
    """Lower-cased words; a text without any, such as a row of signs, is taken by its signs. In plain what is hashed."""
    lowered = text.lower()
    return WORD.findall(lowered) or lowered.split()


def shingles(words: Sequence[str], size: int) -> Hashes:
    """The distinct hashes of all runs of so many words; fewer words than that are one run."""
    import numpy

    return numpy.unique(runs_of(hashed_words(column_of([" ".join(words)])), size).hashes)


def jaccard(one: Hashes, other: Hashes) -> float:
    """What two sets have in common, as a share of all that is in either."""
    import numpy

    shared = len(numpy.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)


def parts_of(column: Column) -> list[Column]:
    """The column in pieces of whole texts, each small enough to be worked on at once."""
    import numpy

    cuts, total = [0], len(column)
    while cuts[-1] < total:
        full = int(numpy.searchsorted(column.starts, column.starts[cuts[-1]] + BYTES_AT_ONCE, side="right")) - 1
        cuts.append(min(total, max(cuts[-1] + 1, full), cuts[-1] + TEXTS_AT_ONCE))
    return [column.part(first, end) for first, end in pairwise(cuts)]


def runs_of(words: Words, size: int) -> Runs:
    """All runs of so many words; a text of fewer is one run, and of none a run of none."""
    import numpy

    counts, total = numpy.diff(words.starts), len(words.hashes)
    numbers = numpy.maximum(counts - size + 1, 1)
    starts = numpy.concatenate([[0], numpy.cumsum(numbers)])
    padded = numpy.concatenate([words.hashes, numpy.zeros(size, numpy.uint64)])
    rolling = padded[: total + 1].copy()
    for place in range(1, size):
        rolling *= numpy.uint64(FACTOR)
        rolling += padded[place : place + total + 1]
    found = rolling[ranges(words.starts[:-1], numbers)]
    short = numpy.flatnonzero(counts < size)
    found[starts[short]] = _short_runs(padded, words.starts[short], counts[short])
    return Runs(mixed(found), starts)


def _short_runs(padded: Hashes, begins: Any, counts: Any) -> Hashes:
    import numpy

    rolling = numpy.zeros(len(begins), dtype=numpy.uint64)
    for place in range(int(counts.max(initial=0))):
        longer = rolling * numpy.uint64(FACTOR) + padded[begins + numpy.minimum(place, counts)]
        rolling = numpy.where(place < counts, longer, rolling)
    return rolling
