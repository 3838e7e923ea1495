"""What quality cost: the gain of each tuned model over the base beside what its round took, and the cost of a point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from pipelines.budget import SECONDS_PER_HOUR
from pipelines.evaluate.figures import DIFFERENCE, LESS_IS_BETTER, SHARES, WINS
from pipelines.statistics.estimate import ALL

HALF = 0.5
"""A win rate without any difference."""
POINTS = 100
TUNE, EVALUATE = "tune", "evaluate"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Worth:
    """One tuned model in one slice; a point is a hundredth of a share."""

    policy_id: str
    round: int
    slice: str
    metric: str | None
    points: float | None
    low: float | None
    high: float | None
    tokens: int
    device_seconds: float
    money: float
    money_per_point: float | None
    device_seconds_per_point: float | None
    note: str


def priced(spending: Row, device_hour: float) -> float:
    """What servers asked for, and what devices cost."""
    return float(spending["money"]) + float(spending["device_seconds"]) * device_hour / SECONDS_PER_HOUR


def worth_of(
    models: Sequence[Row],
    spending: Sequence[Row],
    figures: Sequence[Row],
    qualities: Sequence[str],
    device_hour: float,
) -> list[Worth]:
    """Every tuned model, over everything and by workload; the figures are those of its newest measurement."""
    bases = {one["policy_id"] for one in models if one["kind"] == "base"}
    found = []
    for model in sorted((one for one in models if one["kind"] == "tuned"), key=lambda one: (one["round"], one["name"])):
        told = [one for one in figures if one["policy_id"] == model["policy_id"] and one["rival_policy_id"] in bases]
        chosen = _first_measured(newest(told), qualities)
        for slice in sorted({one["slice"] for one in chosen} | {ALL}, key=lambda name: (name != ALL, name)):
            figure = next((one for one in chosen if one["slice"] == slice), None)
            found.append(_worth(model, slice, figure, _spent_for(model, slice, spending), device_hour))
    return found


def newest(figures: Iterable[Row]) -> list[Row]:
    """Of each metric and slice the figure that was measured last, whatever version of the suite it is of."""
    last: dict[tuple[Any, ...], Row] = {}
    for one in sorted(figures, key=lambda one: str(one["started_at"] or "")):
        last[one["policy_id"], one["rival_policy_id"], one["metric"], one["slice"]] = one
    return list(last.values())


def quality_of(
    model: str, slice: str, models: Sequence[Row], figures: Sequence[Row], qualities: Sequence[str]
) -> tuple[str, float] | None:
    """How good a model is by itself, by the first metric that was measured; the ledger knows it by name or by id."""
    ids = {one["policy_id"] for one in models if model in (one["policy_id"], one["name"])}
    own = [one for one in figures if one["policy_id"] in ids and one["rival_policy_id"] is None]
    for quality in qualities:
        for one in newest(own):
            if one["slice"] == slice and _is(quality, str(one["metric"])) and _known(one["value"]):
                return str(one["metric"]), float(one["value"])
    return None


def _first_measured(figures: Sequence[Row], qualities: Sequence[str]) -> list[Row]:
    """The comparisons by the first quality that has a figure over everything."""
    for quality in qualities:
        fitting = [one for one in figures if _is_gain(str(one["metric"]), quality) and _known(one["value"])]
        metrics = sorted({one["metric"] for one in fitting if one["slice"] == ALL})
        if metrics:
            return [one for one in fitting if one["metric"] == metrics[0]]
    return []


def _is_gain(metric: str, quality: str) -> bool:
    """A share by its difference; anything else has a scale of its own, and is told by how often it wins."""
    for beginning in (DIFFERENCE, WINS):
        scorer = metric.removeprefix(beginning)
        if scorer != metric and _is(quality, scorer) and scorer not in LESS_IS_BETTER:
            return scorer.startswith(SHARES) == (beginning == DIFFERENCE)
    return False


def _is(quality: str, metric: str) -> bool:
    return metric.startswith(quality[:-1]) if quality.endswith("*") else metric == quality


def _known(value: Any) -> bool:
    return value is not None and isfinite(value)


def _spent_for(model: Row, slice: str, spending: Sequence[Row]) -> list[Row]:
    """What its round took until it was there: neither other models' tuning nor the measuring."""
    own = [one for one in spending if one["round"] == model["round"] and one["step"] != EVALUATE]
    made = [one for one in own if one["step"] != TUNE or one["model"] == model["name"]]
    return made if slice == ALL else [one for one in made if one["workload"] == slice]


def _worth(model: Row, slice: str, figure: Row | None, spent: Sequence[Row], device_hour: float) -> Worth:
    money, seconds = sum(priced(one, device_hour) for one in spent), sum(float(one["device_seconds"]) for one in spent)
    points, low, high = (_points(figure, name) for name in ("value", "low", "high"))
    gained = points if slice == ALL and points is not None and points > 0 else None
    return Worth(
        policy_id=str(model["policy_id"]),
        round=int(model["round"]),
        slice=slice,
        metric=str(figure["metric"]) if figure else None,
        points=points,
        low=low,
        high=high,
        tokens=sum(int(one["tokens"]) for one in spent),
        device_seconds=seconds,
        money=money,
        money_per_point=money / gained if gained else None,
        device_seconds_per_point=seconds / gained if gained else None,
        note=_note(slice, points, low),
    )


def _points(figure: Row | None, name: str) -> float | None:
    if figure is None or not _known(figure[name]):
        return None
    start = HALF if str(figure["metric"]).startswith(WINS) else 0.0
    return POINTS * (float(figure[name]) - start)


def _note(slice: str, points: float | None, low: float | None) -> str:
    if slice != ALL:
        return "Tuning is for all workloads, so it is no workload's cost."
    if points is None:
        return "None of prices.qualities was measured against the base."
    if not points > 0:
        return "Nothing was gained."
    return "" if low is not None and low > 0 else "The gain is not shown: its interval holds none at all."
