"""The door `judge calibrate`: a file of ratings in, a verdict out, and a sentence for what cannot be calibrated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.conftest import Outcome, Typed

JUDGE = (
    "judges.plain={rubric: Be right., kind: absolute, workloads: null, engine: null, model: null, reading: auto, "
    "shots: 2, temperature: 0, max_tokens: 9}"
)


@pytest.fixture
def calibrate(typed: Typed, tmp_path: Path) -> Any:
    """The program with a judge that runs on the echo engine, which finds every verdict as likely as any other."""

    def call(*ratings: Any, judge: str = "plain", options: tuple[str, ...] = ()) -> Outcome:
        file = tmp_path / "ratings.jsonl"
        told = [{"workload": "facts", "prompt": f"{n}?", "answer": "a", "rating": one} for n, one in enumerate(ratings)]
        file.write_text("".join(json.dumps(row) + "\n" for row in told))
        where = ("--conf", "test", "--home", str(tmp_path / "home"), "--set", JUDGE, *options)
        return typed(*where, "judge", "calibrate", judge, "--ratings", str(file))

    return call


@pytest.mark.slow
def test_a_judge_that_tells_nothing_apart_is_uncertified_and_says_so(calibrate: Any) -> None:
    told = calibrate(1, 2, 3, 5, float("nan"), "5", options=("--json",))
    assert told.code == 0, told.err
    row = json.loads(told.out)
    assert (row["ratings"], row["certified"], row["value"], row["rate_next"]) == (4, False, row["value"], None)
    assert row["figures"]["kendall_tau"] == 0.0
    assert row["verdict"].startswith("plain is uncertified: weighted kappa")
    again = calibrate(1, 2, 3, 5)
    assert again.code == 0 and again.out.splitlines()[0] == row["verdict"]


@pytest.mark.slow
def test_what_cannot_be_calibrated_is_a_sentence(calibrate: Any, spark: object) -> None:
    for ratings, judge, said in [
        ((), "plain", "at least two rated answers"),
        ((4,), "plain", "and there is 1"),
        ((4, 4, 4), "plain", "expected ratings that differ, and all 3 are 4"),
        ((1, 5), "plian", "there are: plain. Did you mean `plain`?"),
    ]:
        told = calibrate(*ratings, judge=judge)
        assert (told.code, told.err.startswith("lakewheel judge: expected")) == (1, True), told.err
        assert said in told.err
