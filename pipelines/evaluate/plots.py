"""The pictures that a person looks at first: win rates by workload, reward against length, quality against cost."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from pipelines.evaluate.figures import COST, TOKENS, WINS
from pipelines.evaluate.report import Report
from pipelines.pictures import BLUE, GREEN, GREY, ORANGE, drawn_picture, reach, shortened
from pipelines.statistics.estimate import ALL, Figure

COLORS = (BLUE, ORANGE, GREEN, GREY)
MOST_POINTS = 3000
TITLES: Mapping[str, str] = {
    "win_rate": "How often it wins, with intervals",
    "length": "Reward against length",
    "cost": "Quality against cost",
}


def pictures_of(report: Report) -> dict[str, bytes]:
    """Every picture that there is something to show for, by its name."""
    rates = win_rates(report)
    found = {}
    if rates:
        found["win_rate"] = drawn_picture(_win_rates, rates, 1.5 + 0.4 * sum(map(len, rates.values())))
    if _quality(report) and any(_quality(report) in one.values for one in report.models):
        found["length"] = drawn_picture(_length, report)
        found["cost"] = drawn_picture(_cost, report)
    return found


def win_rates(report: Report) -> dict[str, list[Figure]]:
    """Against each rival, by the metric that says most, over all prompts and by workload."""
    metric = WINS + _quality(report)
    found = {
        rival.name: [
            one for one in report.comparisons[rival.policy_id] if one.metric == metric and one.value is not None
        ]
        for rival in report.rivals
    }
    return {name: figures for name, figures in found.items() if figures}


def _quality(report: Report) -> str:
    """Reward if there is one, else a judge, else gold answers, else what there is."""
    there = [metric for metric, values in report.policy.values.items() if any(map(isfinite, values.values()))]
    kinds = ("reward", "judge:", "gold:token_f1", "rule:", "forgetting:")
    return next((metric for kind in kinds for metric in there if metric.startswith(kind)), "")


def _win_rates(canvas: Any, rates: Mapping[str, list[Figure]]) -> None:
    axes = canvas.subplots()
    labels: list[str] = []
    for number, (rival, figures) in enumerate(rates.items()):
        places = [len(labels) + place for place in range(len(figures))]
        values = [one.value for one in figures]
        color = COLORS[number % len(COLORS)]
        axes.errorbar(values, places, xerr=reach(figures), fmt="o", color=color, capsize=3, label=f"against {rival}")
        labels += [shortened(f"{one.slice} ({one.prompts} prompts)") for one in figures]
    axes.axvline(0.5, color=GREY, linestyle="--", linewidth=1)
    axes.set_yticks(range(len(labels)), labels)
    axes.invert_yaxis()
    metric = next(iter(rates.values()))[0].metric.removeprefix(WINS)
    axes.set(xlim=(-0.02, 1.02), xlabel=f"share of prompts won by {metric} (0.5: no better)", title=TITLES["win_rate"])
    axes.legend(frameon=False, loc="best")


def _length(canvas: Any, report: Report) -> None:
    axes, metric = canvas.subplots(), _quality(report)
    for number, one in enumerate(report.models):
        values = one.values.get(metric, {})
        names = [name for name in sorted(values) if isfinite(values[name]) and name in one.answers][:MOST_POINTS]
        lengths, color = [len(one.answers[name]) for name in names], COLORS[number % len(COLORS)]
        axes.scatter(lengths, [values[name] for name in names], s=12, alpha=0.4, color=color, label=one.name)
    axes.set(xlabel="length of the answer (characters)", ylabel=metric, title=TITLES["length"])
    axes.legend(frameon=False)


def _cost(canvas: Any, report: Report) -> None:
    """Tokens stand for money where nobody knows a price."""
    axes, metric = canvas.subplots(), _quality(report)
    paid = COST if COST in report.policy.values else TOKENS
    for number, one in enumerate(report.models):
        across, up = report.level(one.policy_id, paid, ALL), report.level(one.policy_id, metric, ALL)
        if across and up and across.value is not None and up.value is not None:
            color = COLORS[number % len(COLORS)]
            bars = {"xerr": reach([across]), "yerr": reach([up])}
            axes.errorbar([across.value], [up.value], fmt="o", color=color, capsize=3, label=one.name, **bars)
    axes.set(xlabel=paid.replace("_", " "), ylabel=metric, title=TITLES["cost"])
    axes.legend(frameon=False)
