"""Fault points do what the variable says, once, at the passage it names, and nothing without it."""

import pytest

from lakehouse import faults
from lakehouse.faults import FAULT_VARIABLE, FaultInjected, fault_point


@pytest.fixture(autouse=True)
def fresh_passages() -> None:
    faults._passages.clear()


def test_without_the_variable_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FAULT_VARIABLE, raising=False)
    fault_point("write.before_commit")
    assert not faults._passages


def test_only_the_named_place_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FAULT_VARIABLE, "write.after_commit:raise")
    fault_point("write.before_commit")
    with pytest.raises(FaultInjected, match="write.after_commit"):
        fault_point("write.after_commit")
    fault_point("write.after_commit")


def test_a_later_passage_can_be_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FAULT_VARIABLE, "a.b:raise:2, c.d:raise")
    fault_point("a.b")
    with pytest.raises(FaultInjected):
        fault_point("a.b")
    with pytest.raises(FaultInjected):
        fault_point("c.d")


@pytest.mark.parametrize("plan", ["a.b", "a.b:explode", "a.b:kill:soon"])
def test_a_plan_that_cannot_be_read_is_an_error_and_not_silence(monkeypatch: pytest.MonkeyPatch, plan: str) -> None:
    monkeypatch.setenv(FAULT_VARIABLE, plan)
    with pytest.raises(ValueError, match="expects step.point:deed"):
        fault_point("a.b")
