"""The pictures of the trust report, as bytes of PNG files; each can be read without the page around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy

from pipelines.pictures import BLUE, GREEN, GREY, ORANGE, drawn_picture, reach, shortened
from pipelines.reward.trust.inputs import Candidates, TrustInputs
from pipelines.reward.trust.report import TrustReport
from pipelines.statistics.arrays import floats
from pipelines.statistics.estimate import Figure

MOST_POINTS = 3000
LENGTH_BINS = 10


def pictures_of(report: TrustReport, inputs: TrustInputs) -> dict[str, bytes]:
    """Every picture that there is something to show for, by its name."""
    drawn = {
        "accuracy": drawn_picture(_accuracy, report, 2 + 0.55 * len(_accuracies(report)))
        if _accuracies(report)
        else None,
        "reliability": drawn_picture(_reliability, report) if report.reliability else None,
        "best_of_n": drawn_picture(_best_of, report) if report.sizes else None,
        "length": drawn_picture(_length, inputs.candidates) if len(inputs.candidates.score) else None,
    }
    return {name: picture for name, picture in drawn.items() if picture}


TITLES: Mapping[str, str] = {
    "accuracy": "How often it is right on held-out pairs",
    "reliability": "How sure it is, and how often it is right",
    "best_of_n": "What choosing among more candidates gains",
    "length": "Reward against length",
}


def _accuracies(report: TrustReport) -> list[tuple[Figure, Figure]]:
    """Accuracy and the baseline for all pairs, then for each workload."""
    overall = [report.figure("pair_accuracy"), *report.slices("pair_accuracy")]
    known = [figure for figure in overall if figure and figure.value is not None]
    return [(figure, _found(report, "pick_longer_accuracy", figure.slice)) for figure in known]


def _accuracy(canvas: Any, report: TrustReport) -> None:
    shown = _accuracies(report)[::-1]
    axes = canvas.subplots()
    places = numpy.arange(len(shown))
    for offset, which, color, label in ((0.12, 0, BLUE, "reward model"), (-0.12, 1, ORANGE, "picking the longer")):
        figures = [pair[which] for pair in shown]
        values = floats([figure.value for figure in figures])
        axes.errorbar(values, places + offset, xerr=reach(figures), fmt="o", color=color, capsize=3, label=label)
    axes.axvline(0.5, color=GREY, linestyle="--", linewidth=1)
    axes.set_yticks(places, [shortened(f"{one.slice} ({one.prompts} prompts)") for one, _ in shown])
    axes.set_ylim(-0.6, len(shown) - 0.4)
    axes.set(xlim=(-0.02, 1.02), xlabel="share of held-out pairs (0.5: chance)", title=TITLES["accuracy"])
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(0, -0.16), ncols=2)


def _reliability(canvas: Any, report: TrustReport) -> None:
    axes, counts = canvas.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    sure = floats([one.confidence for one in report.reliability])
    right = [one.accuracy for one in report.reliability]
    values = floats([one.value for one in right])
    axes.plot([0.5, 1], [0.5, 1], color=GREY, linestyle="--", linewidth=1, label="as sure as it should be")
    axes.errorbar(sure, values, yerr=reach(right), fmt="o-", color=BLUE, capsize=3, label="reward model")
    axes.set(ylabel="how often it is right", ylim=(-0.02, 1.02), title=TITLES["reliability"])
    axes.legend(frameon=False, loc="lower right")
    counts.bar(sure, [one.pairs for one in report.reliability], width=0.02, color=BLUE, alpha=0.5)
    counts.set(xlabel="how sure it is", ylabel="pairs", xlim=(0.49, 1.01))


def _best_of(canvas: Any, report: TrustReport) -> None:
    has_truth = report.figure("best_of_1_truth") is not None
    panels = canvas.subplots(1, 2 if has_truth else 1, squeeze=False)[0]
    canvas.suptitle(TITLES["best_of_n"])
    _curve(panels[0], report, "reward", BLUE, "its choice")
    panels[0].set(ylabel="expected reward", title="as the reward sees it")
    if has_truth:
        _curve(panels[1], report, "oracle", GREEN, "a perfect choice")
        _curve(panels[1], report, "truth", BLUE, "its choice")
        one = _found(report, "best_of_1_truth")
        panels[1].axhline(one.value, color=GREY, linestyle="--", linewidth=1, label="any candidate")
        panels[1].set(ylabel="expected true metric", title="in truth")
        panels[1].legend(frameon=False, loc="upper left")
    for axes in panels:
        axes.set_xscale("log", base=2)
        axes.set_xticks(report.sizes, [str(size) for size in report.sizes])
        axes.set_xlabel("candidates (N)")


def _curve(axes: Any, report: TrustReport, name: str, color: str, label: str) -> None:
    points = [_found(report, f"best_of_{size}_{name}") for size in report.sizes]
    axes.plot(report.sizes, [point.value for point in points], "o-", color=color, label=label)
    if all(point.low is not None and point.high is not None for point in points):
        low, high = floats([point.low for point in points]), floats([point.high for point in points])
        axes.fill_between(report.sizes, low, high, color=color, alpha=0.15, linewidth=0)


def _length(canvas: Any, candidates: Candidates) -> None:
    """A point for each candidate, at most so many, and the median of tenths of the lengths."""
    axes = canvas.subplots()
    length, score = floats(candidates.length), floats(candidates.score)
    step = -(-len(length) // MOST_POINTS)
    axes.scatter(length[::step], score[::step], s=8, color=BLUE, alpha=0.3, linewidth=0, label="a candidate")
    edges = numpy.unique(numpy.quantile(length, numpy.linspace(0, 1, LENGTH_BINS + 1)[1:-1]))
    tenth = numpy.searchsorted(edges, length, side="right")
    inside = [tenth == number for number in numpy.unique(tenth)]
    middles = [(numpy.median(length[own]), numpy.median(score[own])) for own in inside]
    axes.plot(*zip(*middles, strict=True), "o-", color=ORANGE, label="median")
    axes.set(xlabel="length of the answer", ylabel="reward", title=TITLES["length"])
    axes.legend(frameon=False)


def _found(report: TrustReport, metric: str, slice: str = "all") -> Figure:
    figure = report.figure(metric, slice)
    assert figure is not None, (metric, slice)
    return figure
