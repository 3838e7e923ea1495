"""What a check says of an answer, and what every check is."""

from __future__ import annotations

from collections.abc import Callable

from pipelines.score.protocol import Score, Subject

Check = Callable[[Subject], Score]
"""Judges one answer; what it throws is an abstention on that answer, so a check need not guard itself."""
MOST_SHOWN = 100


def judged(passed: bool, reason: str, value: float | None = None) -> Score:
    """Pass or fail, with the reason kept only for a failure; the value is 1 or 0 where none is given."""
    return Score(float(passed) if value is None else value, passed, None if passed else reason)


def failed(reason: str) -> Score:
    """A failure that no part of the answer makes better."""
    return Score(0.0, False, reason)


def abstained(reason: str) -> Score:
    """Nothing can be said."""
    return Score(None, None, reason)


def shown(text: str) -> str:
    """What the settings ask for, in quotes, on one line, and short; answers are never quoted."""
    plain = " ".join(text.split())
    return f"'{plain if len(plain) <= MOST_SHOWN else plain[: MOST_SHOWN - 3] + '...'}'"
