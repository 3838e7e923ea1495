"""A text as the set of its runs of words, each a 64-bit number, and how alike two such sets are."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache

from pipelines.splitmix import Numbers as Hashes
from pipelines.splitmix import mixed

# Scripts that put no spaces between words (Thai to Khmer, kana, Chinese): there, each letter counts as a word.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")


def words_of(text: str) -> list[str]:
    """Lower-cased words; a text without any, such as a row of signs, is taken by its signs."""
    lowered = text.lower()
    return WORD.findall(lowered) or lowered.split()


def shingles(words: Sequence[str], size: int) -> Hashes:
    """The distinct hashes of all runs of so many words; fewer words than that are one run."""
    import numpy

    size = max(1, min(size, len(words)))
    hashes = numpy.array([_word_hash(word) for word in words] or [0], dtype=numpy.uint64)
    runs = numpy.zeros(len(hashes) - size + 1, dtype=numpy.uint64)
    for place in range(size):
        runs = mixed(runs + hashes[place : len(hashes) - size + 1 + place])
    return numpy.unique(runs)


def jaccard(one: Hashes, other: Hashes) -> float:
    """What two sets have in common, as a share of all that is in either."""
    import numpy

    shared = len(numpy.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)


@lru_cache(maxsize=100_000)
def _word_hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "little")
