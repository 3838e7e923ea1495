"""The words of many texts as 64-bit numbers: a word's number depends on its letters alone, not on where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pipelines.near_duplicates.letters import ALONE, Column, Letters, letters_of
from pipelines.splitmix import Numbers as Hashes
from pipelines.splitmix import mixed

BASE = 0xD1342543DE82EF95
"""Odd, so that it can be divided by modulo 2^64: a word's sum is brought to the place where words begin."""
INVERSE = pow(BASE, -1, 2**64)


@dataclass(frozen=True)
class Words:
    """The hashed words of texts one after the other, and where those of each text begin and the last ones end."""

    hashes: Hashes
    starts: Any

    def first(self, most: int) -> Words:
        """Of each text so many words from its beginning."""
        return self._ranges(self.starts[:-1], self._counts(most))

    def last(self, most: int) -> Words:
        """Of each text so many words up to its end."""
        counts = self._counts(most)
        return self._ranges(self.starts[1:] - counts, counts)

    def _counts(self, most: int) -> Any:
        import numpy

        return numpy.minimum(numpy.diff(self.starts), most)

    def _ranges(self, begins: Any, counts: Any) -> Words:
        import numpy

        starts = numpy.concatenate([[0], numpy.cumsum(counts)])
        return Words(self.hashes[ranges(begins, counts)], starts)


def ranges(begins: Any, counts: Any) -> Any:
    """The numbers from each begin on, so many as its count, one after the other."""
    import numpy

    ends = numpy.cumsum(counts)
    return numpy.arange(ends[-1] if len(ends) else 0) + numpy.repeat(begins - (ends - counts), counts)


def hashed_words(column: Column) -> Words:
    """Lower-cased words; a text without any, such as a row of signs, is taken by its signs."""
    import numpy

    letters = letters_of(column)
    words = _hashed(letters.codes, letters.starts)
    lengths = numpy.diff(letters.starts)
    wordless = (numpy.diff(words.starts) == 0) & (lengths > 0)
    return _hashed(_with_signs(letters, wordless, lengths), letters.starts) if wordless.any() else words


def _with_signs(letters: Letters, wordless: Any, lengths: Any) -> Any:
    import numpy

    return numpy.where(numpy.repeat(wordless, lengths), letters.signs(), letters.codes)


def _hashed(codes: Any, starts: Any) -> Words:
    """A word is the sum of its letters, each times a power of the base; what is between words adds nothing."""
    import numpy

    begins = _begins(codes, starts)
    powers, inverses = _powers(1 << max(16, (len(codes)).bit_length()))
    if not len(begins):
        return Words(numpy.zeros(0, numpy.uint64), numpy.zeros(len(starts), numpy.int64))
    sums = numpy.add.reduceat(codes * powers[: len(codes)], begins)
    return Words(mixed(sums * inverses[begins]), numpy.searchsorted(begins, starts))


def _begins(codes: Any, starts: Any) -> Any:
    """Where words begin: at a letter after none, at a text's first, and around letters that stand alone."""
    import numpy

    is_letter = codes != 0
    begins = is_letter.copy()
    begins[1:] &= ~is_letter[:-1]
    firsts = starts[:-1][numpy.diff(starts) > 0]
    begins[firsts] = is_letter[firsts]
    if codes.dtype.itemsize > 1:
        is_alone = codes >= ALONE
        begins |= is_alone
        begins[1:] |= is_letter[1:] & is_alone[:-1]
    return numpy.flatnonzero(begins)


@lru_cache(maxsize=4)
def _powers(size: int) -> tuple[Hashes, Hashes]:
    import numpy

    def growing(base: int) -> Hashes:
        factors = numpy.full(size, base, dtype=numpy.uint64)
        factors[0] = 1
        return numpy.cumprod(factors, dtype=numpy.uint64)

    return growing(BASE), growing(INVERSE)
