"""How our pictures look: one size of type, few colours, no frame; each can be read without the page around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.statistics.estimate import Figure

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


def drawn_picture(draw: Callable[[Any, Any], None], shown: Any, height_inches: float = 0) -> bytes:
    """What a function draws onto a canvas, as the bytes of a PNG file."""
    made = blank_canvas(max(4.2, height_inches))
    draw(made, shown)
    out = BytesIO()
    tidied(made).savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def reach(figures: Sequence[Figure]) -> list[list[float]]:
    """How far each interval reaches below and above its value; nowhere where there is none."""
    ends = [(one.value, one.low, one.high) for one in figures]
    below = [0.0 if low is None or value is None else max(0.0, value - low) for value, low, _ in ends]
    above = [0.0 if high is None or value is None else max(0.0, high - value) for value, _, high in ends]
    return [below, above]


def shortened(text: str, most: int = 28) -> str:
    """A label that leaves room for the picture."""
    return text if len(text) <= most else text[: most - 1] + "…"
