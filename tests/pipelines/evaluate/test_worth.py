"""What a point of quality cost, on a ledger small enough to add up."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.evaluate.worth import Worth, quality_of, worth_of

MODELS = [
    {"policy_id": "b", "name": "otter", "kind": "base", "round": 0},
    {"policy_id": "t1", "name": "tuned-1", "kind": "tuned", "round": 1},
    {"policy_id": "t2", "name": "tuned-2", "kind": "tuned", "round": 1},
]
HOUR = 3600.0
QUALITIES = ("gold:token_f1", "judge:*", "reward")


def spent(step: str, model: str, workload: str, money: float, hours: float, round: int = 1) -> dict[str, Any]:
    return {"step": step, "model": model, "workload": workload, "money": money, "tokens": 10, "round": round,
            "device_seconds": hours * HOUR}  # fmt: skip


SPENDING = [
    spent("generate", "otter", "facts", 1.0, 0.5),
    spent("generate", "otter", "forms", 2.0, 0.5),
    spent("tune", "tuned-1", "all", 0.0, 2.0),
    spent("tune", "tuned-2", "all", 0.0, 4.0),
    spent("evaluate", "t1", "all", 50.0, 9.0),
    spent("generate", "otter", "facts", 100.0, 9.0, round=2),
]


def figure(metric: str, value: float | None, slice: str = "all", policy: str = "t1", rival: str | None = "b",
           day: int = 1, low: float | None = None, high: float | None = None) -> dict[str, Any]:  # fmt: skip
    return {"policy_id": policy, "rival_policy_id": rival, "metric": metric, "slice": slice, "value": value,
            "low": low, "high": high, "started_at": f"2026-11-{day:02}"}  # fmt: skip


def worth(*figures: dict[str, Any], device_hour: float = 2.0) -> list[Worth]:
    return worth_of(MODELS, SPENDING, figures, QUALITIES, device_hour)


def test_a_point_costs_what_the_round_took_until_the_model_was_there() -> None:
    first, facts, second = worth(
        figure("difference:gold:token_f1", 0.05, low=0.01, high=0.09),
        figure("difference:gold:token_f1", 0.08, slice="facts"),
        figure("win_rate:gold:token_f1", 0.9),
        figure("difference:reward", 3.0),
    )
    # one and two for servers, and one hour of drawing and two of its own tuning at two each; five points
    assert (first.policy_id, first.metric, first.slice) == ("t1", "difference:gold:token_f1", "all")
    assert (first.points, first.low, first.high) == pytest.approx((5.0, 1.0, 9.0))
    assert (first.money, first.device_seconds, first.tokens) == (9.0, 3 * HOUR, 30)
    assert (first.money_per_point, first.device_seconds_per_point) == pytest.approx((1.8, 3 * HOUR / 5))
    assert first.note == ""
    assert (facts.slice, facts.money, facts.money_per_point) == ("facts", 2.0, None)
    assert facts.points == pytest.approx(8.0)
    assert (second.policy_id, second.points, second.money) == ("t2", None, 13.0)
    assert second.note == "None of prices.qualities was measured against the base."


def test_what_is_no_share_is_told_by_how_often_it_wins() -> None:
    (found, _) = worth(figure("difference:reward", 3.0), figure("win_rate:reward", 0.6, low=0.45, high=0.75))
    assert (found.metric, found.points) == ("win_rate:reward", pytest.approx(10.0))
    assert found.note.startswith("The gain is not shown")


def test_a_loss_has_no_price_and_the_newest_figure_counts() -> None:
    (found, _) = worth(
        figure("difference:judge:kind", 0.2, day=1), figure("difference:judge:kind", -0.1, day=2, low=-0.2, high=0.0)
    )
    assert (found.points, found.money_per_point, found.note) == (pytest.approx(-10.0), None, "Nothing was gained.")


def test_a_comparison_with_another_rival_or_without_a_number_is_none() -> None:
    told = (figure("difference:gold:token_f1", 0.5, rival="t2"), figure("difference:judge:kind", float("nan")))
    assert [one.points for one in worth(*told)] == [None, None]


def test_the_quality_of_a_model_is_known_by_name_and_by_id() -> None:
    figures = [
        figure("gold:token_f1", None, policy="b", rival=None),
        figure("judge:kind", 0.4, policy="b", rival=None),
        figure("judge:kind", 0.7, policy="b", rival=None, slice="facts"),
    ]
    assert quality_of("otter", "all", MODELS, figures, QUALITIES) == ("judge:kind", 0.4)
    assert quality_of("b", "facts", MODELS, figures, QUALITIES) == ("judge:kind", 0.7)
    assert quality_of("scorers", "all", MODELS, figures, QUALITIES) is None
