"""How a training went, as a picture: the loss while learning and on held-out examples, and what else was watched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.pictures import BLUE, ORANGE, blank_canvas, tidied

HELD_OUT = "holdout_"
SHOWN = ("loss", "accuracy", "margin", "kl", "norm")
TITLES = {
    "loss": "Loss",
    "accuracy": "Share of answers on the right side",
    "margin": "Distance between better and worse",
    "kl": "Distance from where it began (KL)",
    "norm": "Length of the gradient",
}


def course_picture(figures: Sequence[dict[str, float]]) -> Any:
    """One panel for each figure that there is."""
    known = {name for row in figures for name in row}
    panels = [name for name in SHOWN if name in known]
    drawn = blank_canvas(2.1 * len(panels) + 0.6)
    for axes, name in zip(drawn.subplots(len(panels), 1, squeeze=False)[:, 0], panels, strict=True):
        _line(axes, figures, name, BLUE, "learning")
        _line(axes, figures, HELD_OUT + name, ORANGE, "held out", marker="o")
        axes.set_title(TITLES[name], loc="left", fontsize=10)
        axes.legend(frameon=False, fontsize=8)
    axes.set_xlabel("step")
    return tidied(drawn)


def _line(
    axes: Any, figures: Sequence[dict[str, float]], name: str, colour: str, label: str, marker: str | None = None
) -> None:
    points = [(row["step"], row[name]) for row in figures if name in row]
    if points:
        axes.plot(*zip(*points, strict=True), color=colour, label=label, marker=marker, linewidth=1.4)
