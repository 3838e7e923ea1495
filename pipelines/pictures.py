"""How our pictures look: one size of type, few colours, no frame; each can be read without the page around it."""

from __future__ import annotations

from typing import Any

BLUE, ORANGE, GREEN, GREY = "#2b6cb0", "#c05621", "#2f855a", "#718096"


def blank_canvas(height_inches: float) -> Any:
    """An empty figure as wide as a page."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    made = Figure(figsize=(7, height_inches), dpi=130, layout="constrained")
    FigureCanvasAgg(made)
    return made


def tidied(drawn: Any) -> Any:
    """The figure with a faint grid behind its lines and nothing around them."""
    for axes in drawn.axes:
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.25, linewidth=0.6)
        axes.set_axisbelow(True)
    return drawn
