"""Rounds: which one a step belongs to where nobody names one."""

from __future__ import annotations

from lakehouse.asking import Asker


def latest_round(asker: Asker) -> int:
    """The latest that any prompt belongs to; the first where there is none."""
    if not asker.exists("prompts"):
        return 1
    (row,) = asker.rows(f"SELECT max(round) AS round FROM {asker.called('prompts')}")
    return int(row["round"] or 1)
