"""Rounds: which one a step belongs to where nobody names one, and which one the wheel turns next."""

from __future__ import annotations

from lakehouse.asking import Asker

DECIDED = "decision IN ('accept', 'refuse', 'cannot_tell')"


def latest_round(asker: Asker) -> int:
    """The latest that any prompt belongs to; the first where there is none."""
    if not asker.exists("prompts"):
        return 1
    (row,) = asker.rows(f"SELECT max(round) AS round FROM {asker.called('prompts')}")
    return int(row["round"] or 1)


def round_to_turn(asker: Asker) -> int:
    """The latest round until the gate has decided about it, and then the next one."""
    latest = latest_round(asker)
    if not asker.exists("verdicts"):
        return latest
    (row,) = asker.rows(f"SELECT max(round) AS round FROM {asker.called('verdicts')} WHERE {DECIDED}")
    return max(latest, int(row["round"] or 0) + 1)
