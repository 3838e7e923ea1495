"""Runs of words that a text repeats, by hand and against the walk that datatrove publishes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.documents.cleaning.ngrams import duplicate_characters, ngram_measures, top_characters
from tests.pipelines.documents.cleaning import plain

FEW_WORDS = st.lists(st.sampled_from(["a", "bb", "ccc"]), max_size=40)


def test_the_most_frequent_run_counts_with_its_spaces_as_often_as_it_stands() -> None:
    words = ["to", "be", "or", "not", "to", "be"]
    assert top_characters(words, 2) == 2 * len("to be")
    assert top_characters(words, 3) == 0  # each run of three stands once
    assert ngram_measures("to be or not to be", words)["top_2_gram"] == 10 / 18


def test_of_runs_as_frequent_the_longest_counts() -> None:
    assert top_characters(["a", "b", "a", "b", "longer", "word", "longer", "word"], 2) == 2 * len("longer word")


def test_a_repeated_run_counts_once_and_the_next_begins_behind_it() -> None:
    five = "one two three four five"
    assert duplicate_characters(f"{five} {five} {five}".split(), 5) == 2 * len(five)
    assert duplicate_characters(five.split(), 5) == 0


@given(FEW_WORDS)
def test_runs_are_what_a_plain_walk_finds(words: list[str]) -> None:
    text = " ".join(words) or " "
    expected = {f"top_{size}_gram": plain.top(words, size) / len(text) for size in (2, 3, 4)}
    expected |= {f"duplicate_{size}_grams": plain.duplicate(words, size) / len(text) for size in range(5, 11)}
    assert ngram_measures(text, words) == pytest.approx(expected)
