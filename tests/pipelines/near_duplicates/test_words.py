"""Words and runs of whole columns are those that the plain way finds, text by text."""

from __future__ import annotations

from random import Random

import numpy

from pipelines.near_duplicates.letters import Column, column_of
from pipelines.near_duplicates.shingles import BYTES_AT_ONCE, Runs, parts_of, runs_of, words_of
from pipelines.near_duplicates.words import Words, hashed_words

ALPHABET = (
    "aB9_ \n.,!?-'\u00e9\u00c9\u00df\u0130\u03a3\u03c3\u0416\u4eac\u6771\u304b"
    "\u0e01\u0e48\u1780\u00a0\u2003\u2019\U0001f600\u0301\u0663"
)
"""Letters of one and two cases, of scripts without spaces, signs, odd spaces, and two that are hard to lower."""


def odd_texts(seed: int, number: int) -> list[str]:
    """Short texts of any mixture, among them empty ones and rows of signs."""
    rng = Random(seed)
    return ["".join(rng.choices(ALPHABET, k=rng.randint(0, 24))) for _ in range(number)]


def by_text(words: Words | Runs) -> list[list[int]]:
    bounds = zip(words.starts[:-1], words.starts[1:], strict=True)
    return [words.hashes[begin:end].tolist() for begin, end in bounds]


def agrees(found: list[list[int]], plain: list[list[str]]) -> None:
    """The same number for the same word wherever it stands, and other numbers for other words."""
    assert [len(one) for one in found] == [len(one) for one in plain]
    pairs = {
        (word, number)
        for words, hashes in zip(plain, found, strict=True)
        for word, number in zip(words, hashes, strict=True)
    }
    assert len(pairs) == len({word for word, _ in pairs}) == len({number for _, number in pairs}) > 0


def test_words_of_any_script_are_those_of_the_plain_way() -> None:
    texts = odd_texts(seed=1, number=3000)
    plain = [words_of(text) for text in texts]
    assert sum(not words for words in plain) > 10
    assert sum(bool(words) and not any(letter.isalnum() for letter in words[0]) for words in plain) > 10
    agrees(by_text(hashed_words(column_of(texts))), plain)


def test_plain_ascii_takes_the_short_way_to_the_same_numbers() -> None:
    texts = ["The Otter, 2024_b", "", "?? !", "otter"]
    alone = by_text(hashed_words(column_of(texts)))
    beside = by_text(hashed_words(column_of([*texts, "caf\u00e9"])))
    agrees(alone, [["the", "otter", "2024_b"], [], ["??", "!"], ["otter"]])
    assert beside[:4] == alone


def test_a_word_at_the_end_of_a_text_and_one_at_the_next_beginning_are_two() -> None:
    found = by_text(hashed_words(column_of(["the otter", "hires out"])))
    agrees(found, [["the", "otter"], ["hires", "out"]])


def test_a_text_has_the_same_runs_whatever_stands_around_it() -> None:
    texts = odd_texts(seed=2, number=40)
    together = by_text(runs_of(hashed_words(column_of(texts)), 3))
    assert together == [by_text(runs_of(hashed_words(column_of([text])), 3))[0] for text in texts]
    for text, runs in zip(texts, together, strict=True):
        assert len(runs) == max(1, len(words_of(text)) - 2)


def test_runs_are_equal_where_their_words_and_their_order_are() -> None:
    runs = by_text(runs_of(hashed_words(column_of(["a b c d", "b c d", "d c b", "a b", "b a", "a", ""])), 3))
    assert runs[0][1] == runs[1][0]
    assert len({number for text in runs for number in text}) == 2 + 5


def test_first_and_last_words_are_taken_text_by_text() -> None:
    words = hashed_words(column_of(["a b c d", "", "x y"]))
    a, b, c, d = by_text(words)[0]
    x, y = by_text(words)[2]
    assert by_text(words.first(3)) == [[a, b, c], [], [x, y]]
    assert by_text(words.last(3)) == [[b, c, d], [], [x, y]]


def test_a_column_is_cut_between_texts_and_keeps_them_all() -> None:
    sizes = [0, 10, BYTES_AT_ONCE * 2, 0, *[BYTES_AT_ONCE // 3] * 7, 5]
    column = column_of(["x" * size for size in sizes])
    parts = parts_of(column)
    assert [size for part in parts for size in numpy.diff(part.starts).tolist()] == sizes
    assert all(len(part.data) <= BYTES_AT_ONCE or len(part) == 1 for part in parts)
    assert parts_of(Column(column.data[:0], column.starts[:1])) == []
