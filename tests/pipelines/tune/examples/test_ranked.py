"""The best answer, and the best before the worst: only where scores tell them apart."""

from __future__ import annotations

import pytest

from lakehouse.place import Lakehouse
from pipelines.tune.examples.ranked import answer_pairs, best_answers
from tests.pipelines.tune.examples.story import answers_of


def test_the_best_answer_is_one_that_passed_and_lies_above_the_mean(lakehouse: Lakehouse) -> None:
    rows = {row.prompt_id: row for row in best_answers(answers_of(lakehouse), least_gap=0.1).collect()}
    assert {name: row.left_out for name, row in rows.items()} == {
        "p": None,
        "alike": "no_gap",
        "near": None,  # 0.3 is 0.1 above the mean of 0.2, but for how doubles are added
        "one": "single_answer",
        "failed": "gated",
        "silent": "unscored",
        "tie": None,
    }
    best = rows["p"]
    assert (best.answer, best.ended, best.candidate_ids) == ("good", True, ["p0", "p3"])
    assert (best.drawn_in, best.share, best.log_probability) == (1, 1.0, -3.0)
    assert rows["tie"].candidate_ids == ["tie0"]


def test_pairs_are_the_best_and_the_worst_with_their_distance(lakehouse: Lakehouse) -> None:
    rows = {row.prompt_id: row for row in answer_pairs(answers_of(lakehouse), least_gap=0.3).collect()}
    assert {name: row.left_out for name, row in rows.items()} == {
        "p": None,
        "alike": "no_gap",
        "near": "no_gap",
        "one": "single_answer",
        "failed": "gated",
        "silent": "unscored",
        "tie": None,
    }
    pair = rows["p"]
    assert (pair.answer, pair.rejected, pair.advantage) == ("good", "failed a gate", pytest.approx(3.0))
    assert pair.candidate_ids == ["p0", "p3", "p6"]
    # the worse answer was drawn by other weights than the base, so nobody knows how likely the base finds it
    assert (pair.log_probability, pair.rejected_log_probability) == (-3.0, None)
    assert (rows["tie"].answer, rows["tie"].rejected) == ("first", "third")
