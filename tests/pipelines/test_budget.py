"""What a budget says of what was used, and what it leaves to a training."""

from __future__ import annotations

import math

import pytest

from conf import BudgetSettings
from pipelines.budget import Budget, Used

NOTHING = Used()


def budget(
    money: float | None = None,
    seconds: float | None = None,
    tokens: int | None = None,
    before: Used = NOTHING,
    device_hour: float = 3.6,
) -> Budget:
    """A device costs a thousandth a second."""
    limits = BudgetSettings(most_money=money, most_device_seconds=seconds, most_tokens=tokens)
    return Budget("generate", limits, device_hour, before)


def test_what_has_no_limit_is_never_spent() -> None:
    unlimited = budget()
    assert not unlimited.is_limited
    assert unlimited.spent(Used(10**12, 1e9, 1e9)) is None
    assert unlimited.left_for_training(2) == (None, None)


@pytest.mark.parametrize(
    ("limited", "within", "beyond", "said"),
    [
        (budget(tokens=100), Used(99), Used(100), "most_tokens is 100, and 100 tokens are used"),
        (budget(seconds=10), Used(0, 9.9), Used(0, 12.5), "most_device_seconds is 10, and 12.5 device seconds"),
        # one asked for by servers, and 1000 seconds at a thousandth each
        (budget(money=2), Used(0, 999.0, 1.0), Used(0, 1000.0, 1.0), "most_money is 2, and 2 of money are used"),
        (budget(tokens=100, before=Used(60)), Used(39), Used(40), "most_tokens is 100, and 100 tokens are used"),
        (budget(tokens=0, money=5), None, Used(), "most_tokens is 0, and 0 tokens"),
    ],
)
def test_it_is_spent_at_its_limit_by_all_runs_together(
    limited: Budget, within: Used | None, beyond: Used, said: str
) -> None:
    if within:
        assert limited.spent(within) is None
    sentence = limited.spent(beyond)
    assert sentence and f"budgets.generate.{said}" in sentence and "what is done is kept" in sentence


def test_what_is_no_number_is_no_licence() -> None:
    assert budget(money=1.0).spent(Used(0, 0.0, math.nan)) is not None


@pytest.mark.parametrize(
    ("limited", "devices", "left"),
    [
        (budget(tokens=100, before=Used(30)), 1, (70, None)),
        (budget(tokens=100, before=Used(130)), 1, (0, None)),
        (budget(seconds=100, before=Used(0, 40.0)), 4, (None, 15.0)),  # sixty device seconds on four devices
        (budget(money=1.0, before=Used(0, 500.0, 0.25)), 1, (None, 250.0)),  # a quarter is left, at a thousandth each
        (budget(money=1.0, seconds=100), 1, (None, 100.0)),  # money would do for a thousand
        (budget(money=1.0, device_hour=0.0), 1, (None, None)),
        (budget(money=1.0, device_hour=0.0, before=Used(0, 0.0, 1.5)), 1, (None, 0.0)),
    ],
)
def test_a_training_gets_what_is_left(limited: Budget, devices: int, left: tuple[int | None, float | None]) -> None:
    assert limited.left_for_training(devices) == left
