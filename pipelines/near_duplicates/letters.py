"""Texts as numbers: which characters are part of words, in lower case, for whole Arrow columns at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

# Scripts that put no spaces between words (Thai to Khmer, kana, Chinese): there, each letter counts as a word.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
ALONE = 1 << 21
"""Marks a letter that is a word by itself; above every code point."""
ASCII = 128
CODE_POINTS = 0x110000
SURROGATES = slice(0xD800, 0xE000)
HARD_TO_LOWER = (0x130, 0x3A3)
"""A dotted capital I becomes two characters, and a capital sigma is another one where the word ends."""


@dataclass(frozen=True)
class Column:
    """Texts one after the other: the bytes of all, and where each begins and the last one ends."""

    data: Any
    starts: Any

    def __len__(self) -> int:
        return len(self.starts) - 1

    def part(self, first: int, end: int) -> Column:
        """Some texts in a row."""
        begin = self.starts[first]
        return Column(self.data[begin : self.starts[end]], self.starts[first : end + 1] - begin)


@dataclass(frozen=True)
class Letters:
    """The characters of texts: as they came, and as letters of words (0 where one is no letter)."""

    characters: Any
    codes: Any
    starts: Any

    def signs(self) -> Any:
        """The same characters where every sign counts as a letter, and only spaces separate."""
        return _tables()[1][self.characters]


def column_of(texts: Any) -> Column:
    """From an Arrow column, without a copy, or from a list."""
    import numpy
    import pyarrow

    array = texts if isinstance(texts, pyarrow.Array) else pyarrow.array(texts, pyarrow.large_string())
    array = array.cast(pyarrow.large_string())
    _, offsets, data = array.buffers()
    if not len(array):
        return Column(numpy.zeros(0, numpy.uint8), numpy.zeros(1, numpy.int64))
    starts = numpy.frombuffer(offsets, numpy.int64)[array.offset : array.offset + len(array) + 1]
    content = numpy.frombuffer(data, numpy.uint8) if data else numpy.zeros(0, numpy.uint8)
    return Column(content[starts[0] : starts[-1]], starts - starts[0])


def letters_of(column: Column) -> Letters:
    """Lower-case letters by table; a text of plain ASCII takes the short way, with the same result."""
    import numpy

    if not len(column.data) or column.data.max() < ASCII:
        plain = numpy.frombuffer(column.data.tobytes().translate(_ascii_table()), numpy.uint8)
        return Letters(column.data, plain, column.starts)
    characters, starts = _characters(column)
    if any((characters == code).any() for code in HARD_TO_LOWER):
        characters, starts = _lowered_one_by_one(column)
    return Letters(characters, _tables()[0][characters], starts)


def _characters(column: Column) -> tuple[Any, Any]:
    import numpy

    characters = numpy.frombuffer(column.data.tobytes().decode().encode("utf-32-le"), numpy.uint32)
    begins = (column.data & 0xC0) != 0x80  # every byte but those that go on with a character
    return characters, numpy.concatenate([[0], numpy.cumsum(begins)])[column.starts]


def _lowered_one_by_one(column: Column) -> tuple[Any, Any]:
    """By Python, which knows the neighbours of a letter; few texts need it."""
    import numpy

    data, starts = column.data.tobytes(), column.starts.tolist()
    texts = [data[begin:end].decode().lower() for begin, end in pairwise(starts)]
    characters = numpy.frombuffer("".join(texts).encode("utf-32-le"), numpy.uint32)
    return characters, numpy.cumsum([0, *map(len, texts)])


@lru_cache(maxsize=1)
def _ascii_table() -> bytes:
    """The letter of each ASCII character; other bytes never occur."""
    letters: Sequence[int] = _tables()[0][:ASCII].tolist()
    return bytes([*letters, *([0] * (256 - ASCII))])


@lru_cache(maxsize=1)
def _tables() -> tuple[Any, Any]:
    """For each code point: its letter in words, and its letter where every sign counts; 0 for none."""
    import numpy

    codes = numpy.arange(CODE_POINTS, dtype=numpy.uint32)
    codes[SURROGATES] = ord(" ")
    codes[list(HARD_TO_LOWER)] = ord(" ")
    lowered = codes.tobytes().decode("utf-32-le").lower()
    low = numpy.frombuffer(lowered.encode("utf-32-le"), numpy.uint32)
    alone = _matches(rf"[{UNSPACED}]+", lowered)
    letters = numpy.where(alone, low | numpy.uint32(ALONE), numpy.where(_matches(r"\w+", lowered), low, 0))
    return letters.astype(numpy.uint32), numpy.where(_matches(r"\s+", lowered), 0, low).astype(numpy.uint32)


def _matches(pattern: str, text: str) -> Any:
    import numpy

    found = numpy.zeros(len(text), dtype=bool)
    for match in re.finditer(pattern, text):
        found[match.start() : match.end()] = True
    return found
