"""Hashed words by arithmetic on bytes are those that a plain loop over characters finds."""

from __future__ import annotations

import math
import re
from collections import Counter

import numpy
import pyarrow
import pytest

from pipelines.documents.quality.words import BASE, LONGEST_WORD, features_of, word_hashes

TEXTS = [
    "The Otter is a tea urn. The otter!",
    "",
    "  ...  ",
    "Straße über naïve — “quoted” words",
    "漢字。かな and Latin42",
    "x" * 200 + " " + "x" * 201,
    "a",
    "",
]
# letters, digits and what is no ASCII; dashes, quotation marks and Chinese stops are no part of words
WORD = re.compile(r"[\u3040-\u9fff](?:(?![\u3040-\u9fff\u2000-\u207f\u3000-\u303f])[0-9a-z\u0080-\U0010ffff])*"
                  r"|(?:(?![\u3040-\u9fff\u2000-\u207f\u3000-\u303f])[0-9a-z\u0080-\U0010ffff])+")  # fmt: skip
MASK = 2**64 - 1


def scattered(number: int) -> int:
    """SplitMix64 in plain integers."""
    number = (number + 0x9E3779B97F4A7C15) & MASK
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & MASK
    return number ^ (number >> 31)


def hash_of(word: str) -> int:
    total = 0
    for place, byte in enumerate(word.encode()):
        total += (byte + 1) * pow(BASE, min(place, LONGEST_WORD - 1) + 1, 2**64)
    return scattered(total & MASK)


def counted(text: str, features: int, most: int) -> Counter[int]:
    """How often each feature occurs in a text, word by word."""
    hashes = [hash_of(word) for word in WORD.findall(text.lower())]
    found: Counter[int] = Counter()
    for size in range(1, most + 1):
        for start in range(len(hashes) - size + 1):
            run = 0
            for place in range(size):
                run = scattered((run + hashes[start + place]) & MASK)
            found[run % features] += 1
    return found


def test_words_are_those_that_a_person_would_count() -> None:
    words, owners = word_hashes(pyarrow.array(TEXTS))
    expected = [(number, hash_of(word)) for number, text in enumerate(TEXTS) for word in WORD.findall(text.lower())]
    assert [(int(owner), int(word)) for owner, word in zip(owners, words, strict=True)] == expected
    assert [WORD.findall(text.lower()) for text in TEXTS[3:5]] == [
        ["straße", "über", "naïve", "quoted", "words"],
        ["漢", "字", "か", "な", "and", "latin42"],
    ]


@pytest.mark.parametrize("most", [1, 2, 3])
def test_features_are_damped_counts_of_length_one(most: int) -> None:
    matrix = features_of(pyarrow.array(TEXTS), 997, most, 10_000).toarray()
    for row, text in zip(matrix, TEXTS, strict=True):
        expected = numpy.zeros(997)
        for place, count in counted(text, 997, most).items():
            expected[place] = 1 + math.log(count)
        length = math.sqrt((expected**2).sum())
        assert row == pytest.approx(expected / length if length else expected, abs=1e-6)


def test_where_a_column_is_cut_makes_no_difference() -> None:
    texts = pyarrow.array(TEXTS)
    whole = features_of(texts, 512, 2, 30).toarray()
    parts = numpy.vstack([features_of(texts.slice(start, 3), 512, 2, 30).toarray() for start in range(0, 8, 3)])
    assert (whole == parts).all() and whole.any()
    assert (features_of(pyarrow.array([text[:30] for text in TEXTS]), 512, 2, 10_000).toarray() == whole).all()
    assert features_of(texts.slice(0, 0), 512, 2, 30).shape == (0, 512)
