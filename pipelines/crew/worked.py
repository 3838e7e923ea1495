"""What an actor tells of a batch, whatever the work was."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from lakehouse.rejections import Rejection
from lakehouse.staging import Part

SPENT = ("prompt_tokens", "answer_tokens", "money")


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
