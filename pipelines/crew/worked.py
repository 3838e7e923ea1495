"""What an actor tells of a batch, whatever the work was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lakehouse.rejections import Rejection
from lakehouse.staging import Part
from pipelines.engines.protocol import Spent


@dataclass(frozen=True)
class Worked:
    """One batch: the rows that it staged, and what it used."""

    part: Part | None
    rows: int
    refusals: tuple[Rejection, ...]
    unasked: int
    """Pieces that were put off, such as for want of money; then the crew begins nothing more."""
    spent: dict[str, Counter[str]]
    """For each workload: prompt_tokens, answer_tokens and money."""


def tallied(used: Iterable[tuple[str, Spent]]) -> dict[str, Counter[str]]:
    """What was spent, added up for each workload."""
    tallies: dict[str, Counter[str]] = {}
    for workload, spent in used:
        tallies.setdefault(workload, Counter()).update(vars(spent))
    return tallies
