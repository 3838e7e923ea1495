"""Every answer is scored once by every scorer; abstentions are rows; what was combined follows what is said now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lakehouse.place import Lakehouse
from lakehouse.read import current_version, read
from pipelines.score.combine import NoWeight
from tests.lakehouse.rows import stored
from tests.pipelines.generate.story import add_prompts
from tests.pipelines.score.story import CountingMaker, add_candidates, scored


@pytest.fixture(scope="module", autouse=True)
def one_ray() -> Iterator[None]:
    """One cluster for all tests here; the step joins it and leaves it running."""
    import ray

    ray.init(address="local", num_cpus=2, object_store_memory=80 * 2**20, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


def said(lakehouse: Lakehouse, scorer: str, column: str = "value") -> dict[str, Any]:
    rows = read(lakehouse, "scores").frame.where(f"scorer = '{scorer}'").collect()
    return {row.candidate_id: row[column] for row in rows}


def test_answers_are_scored_once_compared_within_their_prompt_and_a_rerun_writes_nothing(lakehouse: Lakehouse) -> None:
    add_prompts(lakehouse, {"a": "How?", "b": "When?"})
    add_prompts(lakehouse, {"held": "Held out?"}, split="holdout")
    add_candidates(lakehouse, {"a": ["one", "one two three", "one"], "b": ["one two", "one two"], "held": ["one"]})
    found = scored(lakehouse)
    assert (found.planned, found.new, found.copied, found.combined) == (5, 5, 0, 5)
    assert said(lakehouse, "words") == {"a0": 1, "a1": 3, "a2": 1, "b0": 2, "b1": 2}
    # within a: 1, 3, 1 less their mean 5/3; the usual spread of the workload is over all five candidates
    spread = ((2 * (2 / 3) ** 2 + (4 / 3) ** 2) / 5) ** 0.5
    combined = said(lakehouse, "combined")
    assert combined == pytest.approx(
        {"a0": -2 / 3 / spread, "a1": 4 / 3 / spread, "a2": -2 / 3 / spread, "b0": 0, "b1": 0}
    )
    assert said(lakehouse, "combined", "normalised") == pytest.approx(
        {"a0": -(0.5**0.5), "a1": 2**0.5, "a2": -(0.5**0.5), "b0": 0, "b1": 0}
    )
    before = current_version(lakehouse, "scores"), stored(lakehouse, "runs", "run_id")
    again = scored(lakehouse)
    assert (again.planned, again.new) == (0, 0)
    assert (current_version(lakehouse, "scores"), stored(lakehouse, "runs", "run_id")) == before


@pytest.mark.slow
def test_new_answers_are_scored_known_ones_are_copied_and_a_new_scorer_scores_all(lakehouse: Lakehouse) -> None:
    add_prompts(lakehouse, {"a": "How?", "b": "When?"})
    add_candidates(lakehouse, {"a": ["one", "one two three", "one"], "b": ["one two", "one two"]})
    scored(lakehouse)
    add_candidates(lakehouse, {"a": ["", "", "", "one two three", "new"]})
    more = scored(lakehouse)
    assert (more.planned, more.copied, more.new) == (1, 1, 1)
    assert scored(lakehouse, makers=[CountingMaker("2")]).new == 7  # a scorer that has changed scores anew


@pytest.mark.slow
def test_an_answer_that_kills_its_scorer_is_an_abstention_and_costs_nobody_else(lakehouse: Lakehouse) -> None:
    add_prompts(lakehouse, {"a": "How?"})
    add_candidates(lakehouse, {"a": ["one", "POISON", "one two"]})
    found = scored(lakehouse)
    assert (found.planned, found.new, found.given_up) == (3, 2, 1)
    assert said(lakehouse, "words") == {"a0": 1, "a1": None, "a2": 2}
    assert "died" in said(lakehouse, "words", "reason")["a1"]
    assert scored(lakehouse).planned == 0


@pytest.mark.slow
def test_answers_that_agree_stand_above_one_that_stands_alone_and_new_ones_change_that(lakehouse: Lakehouse) -> None:
    add_prompts(lakehouse, {"a": "How?", "b": "When?"})
    add_candidates(lakehouse, {"a": ["at noon", "at Noon", "never"], "b": ["now"]})
    alone = ["score.workloads.all.weights={agreement: 1.0}"]
    assert scored(lakehouse, *alone, makers=[]).combined == 4
    # a0 and a1 overlap wholly with each other, and not at all with a2; b0 has none to be compared with
    assert said(lakehouse, "agreement") == {"a0": 0.5, "a1": 0.5, "a2": 0.0, "b0": None}
    assert "only answer" in said(lakehouse, "combined", "reason")["b0"]
    add_candidates(lakehouse, {"a": ["", "", "", "never"]})
    scored(lakehouse, *alone, makers=[])
    assert said(lakehouse, "agreement")["a2"] == pytest.approx(1 / 3)


def test_a_workload_that_nobody_judges_says_what_to_do(lakehouse: Lakehouse) -> None:
    add_prompts(lakehouse, {"a": "How?"}, workload="letters")
    add_candidates(lakehouse, {"a": ["one"]})
    with pytest.raises(
        NoWeight, match="workload letters; score.workloads names .*words.*, and there are agreement. Train a"
    ):
        scored(lakehouse)
