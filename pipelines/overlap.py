"""How alike two texts are by their words, as question answering measures it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import fmean


def token_overlap(text: str, other: str) -> float:
    """F1 over lower-cased words."""
    return _f1(_words(text), _words(other))


def mean_overlaps(texts: Sequence[str]) -> list[float | None]:
    """How alike each text is to the others, on average; None where there are no others, and 0 for one without words."""
    counted = [_words(text) for text in texts]
    return [_mean(own, [*counted[:place], *counted[place + 1 :]]) for place, own in enumerate(counted)]


def _mean(own: Counter[str], others: Sequence[Counter[str]]) -> float | None:
    if not others:
        return None
    return fmean(_f1(own, other) for other in others) if own else 0.0


def _words(text: str) -> Counter[str]:
    return Counter(text.lower().split())


def _f1(one: Counter[str], two: Counter[str]) -> float:
    common = (one & two).total()
    return 2 * common / (one.total() + two.total()) if common else float(one == two)
