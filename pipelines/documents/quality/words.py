"""Texts as hashed words and runs of words: arithmetic on the bytes of a whole Arrow column, no Python for each text.

A word is a run of letters and digits, lower-cased. Where no spaces stand between words (Chinese and kana) each letter
begins a word. Its hash is a polynomial over its bytes; runs of words mix the hashes of their words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.splitmix import mixed

if TYPE_CHECKING:
    import pyarrow

BASE = 0x100000001B3
LONGEST_WORD = 64
"""Bytes behind it count as if they stood there, so that no power is missing."""
TEXTS_AT_ONCE = 1000


def features_of(texts: pyarrow.Array, features: int, word_ngrams: int, most_characters: int) -> Any:
    """A sparse matrix with a row of length one for each text: how often its words occur, damped, by their hashes."""
    from scipy import sparse

    parts = [
        _features(texts.slice(start, TEXTS_AT_ONCE), features, word_ngrams, most_characters)
        for start in range(0, max(len(texts), 1), TEXTS_AT_ONCE)
    ]
    return sparse.vstack(parts, format="csr") if len(parts) > 1 else parts[0]


def word_hashes(texts: pyarrow.Array) -> tuple[Any, Any]:
    """The hash of every word, and the number of the text that it stands in."""
    import numpy

    offsets, letters = _bytes_of(texts)
    inside, begins = _inside_words(letters, offsets)
    starts = numpy.flatnonzero(begins)
    if not len(starts):
        return numpy.zeros(0, numpy.uint64), numpy.zeros(0, numpy.int64)
    lengths = numpy.diff(numpy.append(starts, len(letters)))
    place = numpy.arange(starts[0], len(letters)) - numpy.repeat(starts, lengths)
    powers = numpy.cumprod(numpy.full(LONGEST_WORD, BASE, numpy.uint64))
    terms = (letters[starts[0] :].astype(numpy.uint64) + numpy.uint64(1)) * powers[
        numpy.minimum(place, LONGEST_WORD - 1)
    ]
    terms[~inside[starts[0] :]] = 0
    return mixed(numpy.add.reduceat(terms, starts - starts[0])), numpy.searchsorted(offsets, starts, side="right") - 1


def _features(texts: pyarrow.Array, features: int, word_ngrams: int, most_characters: int) -> Any:
    import numpy
    import pyarrow.compute
    from scipy import sparse

    words, owners = word_hashes(pyarrow.compute.utf8_slice_codeunits(texts, 0, most_characters))
    rows, columns = [], []
    runs = numpy.zeros(len(words), numpy.uint64)
    for size in range(1, word_ngrams + 1):
        left = max(len(words) - size + 1, 0)
        runs = mixed(runs[:left] + words[size - 1 :])
        whole = owners[:left] == owners[size - 1 :]
        rows.append(owners[:left][whole])
        columns.append((runs[whole] % numpy.uint64(features)).astype(numpy.int64))
    where = (numpy.concatenate(rows), numpy.concatenate(columns))
    counted = sparse.coo_matrix((numpy.ones(len(where[0]), numpy.float32), where), (len(texts), features)).tocsr()
    counted.data = 1 + numpy.log(counted.data)
    lengths = numpy.sqrt(numpy.asarray(counted.multiply(counted).sum(axis=1)).ravel())
    counted.data /= numpy.repeat(numpy.maximum(lengths, 1e-12), numpy.diff(counted.indptr)).astype(numpy.float32)
    return counted


def _bytes_of(texts: pyarrow.Array) -> tuple[Any, Any]:
    """Where each text begins among the bytes of all, lower-cased, and those bytes."""
    import numpy
    import pyarrow
    import pyarrow.compute

    lowered = pyarrow.compute.utf8_lower(texts.cast(pyarrow.large_string()))
    _, offsets, letters = lowered.buffers()
    begins = numpy.frombuffer(offsets, numpy.int64)[lowered.offset : lowered.offset + len(lowered) + 1]
    if letters is None or not len(lowered):
        return begins[:-1], numpy.zeros(0, numpy.uint8)
    return begins[:-1] - begins[0], numpy.frombuffer(letters, numpy.uint8)[begins[0] : begins[-1]]


def _inside_words(letters: Any, offsets: Any) -> tuple[Any, Any]:
    """Which bytes belong to words, and which of them begin one."""

    inside = _word_bytes()[letters]
    marks = (letters[:-2] == 0xE2) & ((letters[1:-1] == 0x80) | (letters[1:-1] == 0x81))  # dashes, quotation marks
    marks |= (letters[:-2] == 0xE3) & (letters[1:-1] == 0x80)  # the full stops and brackets of Chinese
    for place in range(3):
        inside[place : place + len(marks)] &= ~marks
    begins = inside.copy()
    begins[1:] &= ~inside[:-1] | ((letters[1:] >= 0xE3) & (letters[1:] <= 0xE9))
    first = offsets[offsets < len(letters)]
    begins[first] = inside[first]
    return inside, begins


def _word_bytes() -> Any:
    """For each byte whether it stands in words: letters, digits, and all that are not ASCII."""
    import numpy

    return numpy.array([byte >= 0x80 or chr(byte).isalnum() for byte in range(256)])
