"""Overlap of words, as question answering measures it, and how far texts agree."""

from __future__ import annotations

import pytest

from pipelines.overlap import mean_overlaps, token_overlap


def test_overlap_is_f1_over_lower_cased_words_counted_as_often_as_they_come() -> None:
    assert token_overlap("The red red Hen", "the red hen") == pytest.approx(2 * 3 / (4 + 3))
    assert (token_overlap("red", "blue"), token_overlap("", "")) == (0.0, 1.0)


def test_a_text_agrees_with_the_others_by_its_mean_overlap() -> None:
    assert mean_overlaps(["red hen", "Red hen", "red fox"]) == pytest.approx([(1 + 0.5) / 2, (1 + 0.5) / 2, 0.5])


def test_a_text_alone_has_nothing_to_agree_with_and_empty_ones_do_not_agree() -> None:
    assert mean_overlaps(["red"]) == [None]
    assert mean_overlaps(["", "", "red"]) == [0.0, 0.0, 0.0]
