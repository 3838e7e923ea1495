"""The funnel as a picture: for each source, what share of its documents stayed, and where the others left."""

from __future__ import annotations

from typing import Any

from pipelines.documents.cleaning.funnel import Funnel, Stage
from pipelines.pictures import BLUE, GREEN, GREY, ORANGE, drawn_picture, shortened

COLORS = {
    "found": GREY,
    "refused": ORANGE,
    "not_cleaned": GREY,
    "dropped": ORANGE,
    "lines": ORANGE,
    "duplicate": BLUE,
    "low_quality": ORANGE,
    "stayed": GREEN,
}
ROW_INCHES = 0.28


def funnel_picture(funnel: Funnel) -> bytes:
    """A PNG file with the bars of all sources together and, where there are several, of each."""
    return drawn_picture(_draw, funnel, ROW_INCHES * sum(len(part) + 4 for part in _parts(funnel).values()))


def _parts(funnel: Funnel) -> dict[str, list[Stage]]:
    sources = sorted({one.source for one in funnel.stages})
    parts = {name: [one for one in funnel.stages if one.source == name] for name in sources}
    return {"all sources": list(funnel.totals), **parts} if len(sources) > 1 else parts or {"no documents": []}


def _draw(canvas: Any, funnel: Funnel) -> None:
    parts = _parts(funnel)
    heights = [len(stages) + 2 for stages in parts.values()]
    every = canvas.subplots(len(parts), 1, squeeze=False, height_ratios=heights)[:, 0]
    for axes, (name, stages) in zip(every, parts.items(), strict=True):
        _bars(axes, shortened(name, 60), stages)


def _bars(axes: Any, title: str, stages: list[Stage]) -> None:
    """Documents as bars; words, which differ by orders of magnitude, as figures beside them."""
    places = range(len(stages))
    axes.barh(places, [one.documents for one in stages], color=[COLORS[one.stage] for one in stages])
    axes.set_yticks(places, [label(one) for one in stages])
    axes.invert_yaxis()
    most = max((one.documents for one in stages), default=0)
    for place, one in zip(places, stages, strict=True):
        axes.text(one.documents + most * 0.01, place, told(one), va="center", fontsize=7)
    axes.set(title=title, xlabel="documents", xlim=(0, max(1, most * 1.45)))


def label(one: Stage) -> str:
    """A stage and its reason as people say it."""
    stage = one.stage.replace("_", " ")
    return stage if one.reason == "all" else shortened(f"{stage}: {one.reason}", 44)


def told(one: Stage) -> str:
    """The figures of a bar."""
    words = "" if one.words is None else f", {one.words:,} words"
    tokens = "" if one.tokens is None else f", {one.tokens:,} tokens"
    return f"{one.documents:,}{words}{tokens}"
