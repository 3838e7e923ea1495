"""What an error of somebody else's library says, short enough to stand in a sentence of ours."""

from __future__ import annotations

LONGEST = 300


def first_line(problem: BaseException) -> str:
    """Its first line; some say nothing at all."""
    return (str(problem).strip().splitlines() or ["it said nothing"])[0][:LONGEST]
