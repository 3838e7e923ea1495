"""Single answers against their prompt's mean, and groups in units of their own spread."""

from __future__ import annotations

from math import sqrt

import pytest

from lakehouse.place import Lakehouse
from pipelines.tune.examples.groups import answer_groups
from pipelines.tune.examples.singles import single_answers
from tests.pipelines.tune.examples.story import answers_of


def test_singles_are_good_above_the_mean_of_what_passed_and_bad_below_it(lakehouse: Lakehouse) -> None:
    thumbs = lakehouse.spark.createDataFrame(
        [("p", "bad", 2, ["q1", "q2"]), ("p", "logged", -1, ["q3"]), ("p", "divided", 0, ["q4"])],
        "prompt_id string, response string, balance bigint, request_ids array<string>",
    )
    rows = single_answers(answers_of(lakehouse), thumbs, least_gap=0.5).collect()
    told = {(row.prompt_id, row.answer): (row.advantage, row.left_out) for row in rows}
    assert len(told) == len(rows)
    # 2, 1 and 0 passed, so the mean is 1; what people say of the bad answer counts more than its score
    assert {answer: found for (prompt, answer), found in told.items() if prompt == "p"} == {
        "good": (1.0, None),
        "middling": (None, "no_gap"),
        "bad": (1.0, None),
        "logged": (-1.0, None),
        "failed a gate": (-1.0, None),
        "not a number": (None, "unscored"),
        "no number": (None, "unscored"),
        "  ": (None, "empty"),
    }
    assert {row.answer: row.request_ids for row in rows if row.request_ids} == {"bad": ["q1", "q2"], "logged": ["q3"]}
    others: dict[str, list[str | float]] = {prompt: [] for prompt, _ in told if prompt != "p"}
    for (prompt, _), (advantage, left_out) in sorted(told.items()):
        if prompt != "p":
            others[prompt].append(left_out or advantage)
    assert others == {
        "alike": ["no_gap"] * 3,
        "near": ["no_gap"] * 2,
        "one": ["single_answer"],
        "failed": ["gated"] * 2,
        "silent": ["unscored"] * 2,
        "tie": [1.0, -1.0, 1.0, -1.0],  # first, last, second, third
    }
    by_text = {row.answer: row for row in rows if row.prompt_id == "p"}
    assert by_text["good"].candidate_ids == ["p0", "p3"]
    assert (by_text["logged"].candidate_ids, by_text["logged"].ended) == (None, True)


def test_groups_have_the_mean_zero_and_the_deviation_one(lakehouse: Lakehouse) -> None:
    rows = answer_groups(answers_of(lakehouse), least_gap=0.0).collect()
    taught = [row for row in rows if row.left_out is None]
    assert {row.prompt_id for row in taught} == {"p", "near", "tie"}
    found = {row.answer: row for row in taught if row.prompt_id == "p"}
    # the different values are 2, 1, 0 and -1: their mean is 0.5, their variance (2.25 + 0.25) / 2
    spread = sqrt(1.25)
    assert {answer: row.advantage for answer, row in found.items()} == {
        "good": pytest.approx(1.5 / spread),
        "middling": pytest.approx(0.5 / spread),
        "bad": pytest.approx(-0.5 / spread),
        "failed a gate": pytest.approx(-1.5 / spread),
    }
    for prompt in ("p", "near", "tie"):
        own = [row.advantage for row in taught if row.prompt_id == prompt]
        assert sum(own) == pytest.approx(0.0)
        assert sum(one**2 for one in own) / len(own) == pytest.approx(1.0)
    assert (found["middling"].ended, found["good"].ended) == (False, True)
    # whoever drew it, for its own policy is what a group's answers are measured against
    assert (found["good"].log_probability, found["middling"].log_probability) == (-3.0, -4.0)
    reasons = {(row.prompt_id, row.left_out) for row in rows if row.left_out}
    assert reasons == {
        ("p", "unscored"),
        ("p", "empty"),
        ("alike", "no_gap"),
        ("one", "single_answer"),
        ("failed", "no_gap"),
        ("silent", "unscored"),
    }
