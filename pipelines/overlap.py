"""How alike two texts are by their words, as question answering measures it."""

from __future__ import annotations

from collections import Counter


def token_overlap(text: str, other: str) -> float:
    """F1 over lower-cased words."""
    one, two = Counter(text.lower().split()), Counter(other.lower().split())
    common = (one & two).total()
    return 2 * common / (one.total() + two.total()) if common else float(one == two)
