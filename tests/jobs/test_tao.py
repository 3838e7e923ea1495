"""Which steps a turn of the wheel takes."""

from __future__ import annotations

import pytest

from jobs.tao import NAMES, StepUnknown, steps_between
from jobs.tao_steps import STEPS


def test_the_steps_are_those_of_the_story_and_each_can_be_done() -> None:
    assert NAMES == ("select", "generate", "reward", "score", "report", "tune", "evaluate", "release")
    assert set(STEPS) == set(NAMES)


def test_a_part_of_the_loop_holds_both_its_ends() -> None:
    assert steps_between("generate", "score") == ("generate", "reward", "score")
    assert steps_between("tune", "tune") == ("tune",)


@pytest.mark.parametrize(("first", "last"), [("tunes", "tune"), ("tune", "score")])
def test_a_step_that_is_none_or_comes_before_is_said(first: str, last: str) -> None:
    with pytest.raises(StepUnknown, match="expected .* select, generate, reward"):
        steps_between(first, last)
