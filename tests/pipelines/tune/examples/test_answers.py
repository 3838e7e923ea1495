"""Whose scores rank answers: one version of one scorer, so that values can be compared."""

from __future__ import annotations

from typing import Any

import pytest

from lakehouse.place import Lakehouse
from pipelines.tune.examples.answers import ScorerUnclear, scores_of
from tests.lakehouse.rows import SCORE, frame


def version(digest: str, value: float | None, **changes: Any) -> dict[str, Any]:
    return SCORE | {"scorer": "words", "scorer_digest": digest, "value": value, "reason": "r"} | changes


def test_a_scorer_counts_as_it_is_now_and_what_is_no_number_is_null(lakehouse: Lakehouse) -> None:
    rows = [
        version("old", 1.0),
        version("new", 2.0, round=2),
        version("new", float("inf"), round=2, candidate_id="c2"),
        version("new", float("-inf"), round=2, candidate_id="c3", passed=False),
        version("new", float("nan"), candidate_id="c4", passed=None),
        version("other", 9.0, scorer="other", round=3),
    ]
    found = scores_of(frame(lakehouse, "scores", rows), "words").collect()
    assert sorted((row.candidate_id, row.value, row.passed) for row in found) == [
        ("c1", 2.0, True),
        ("c2", None, True),
        ("c3", None, False),
        ("c4", None, True),
    ]


def test_two_versions_of_one_round_and_a_scorer_that_never_scored_are_refused(lakehouse: Lakehouse) -> None:
    scores = frame(lakehouse, "scores", [version("one", 1.0), version("two", 2.0)])
    with pytest.raises(ScorerUnclear, match=r"2 versions \(one, two\)"):
        scores_of(scores, "words")
    with pytest.raises(ScorerUnclear, match=r"there are scores by: words\. Correct tune\.examples\.scorer"):
        scores_of(scores, "wrods")
