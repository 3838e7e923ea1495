"""The picture of a calibration: people's ratings over the judge's, and the fitted line."""

from __future__ import annotations

from typing import Any

from pipelines.reward.calibration.measure import Measured
from pipelines.score.judges.judge import HIGHEST, LOWEST


def plot_of(found: Measured, title: str) -> Any:
    """A figure of its own, so that nothing of a window or of another thread's plot is touched."""
    import numpy
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4.5), layout="constrained")
    axes = figure.subplots()
    scores = numpy.array(found.heard.scores)
    margin = max(0.05, float(scores.max() - scores.min()) * 0.1)
    over = numpy.linspace(scores.min() - margin, scores.max() + margin, 200)
    axes.plot(over, found.mapping(over), label="mapping")
    axes.scatter(scores, found.sample.ratings, label="people", zorder=3)
    axes.scatter(scores, found.sample.mapped, marker="x", label="mapped, held out", zorder=3)
    axes.set(xlabel="the judge's rating", ylabel="people's rating", ylim=(LOWEST - 0.2, HIGHEST + 0.2), title=title)
    axes.legend()
    return figure
