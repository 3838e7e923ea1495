"""What every scorer is given and what it returns; nothing here knows a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pipelines.engines.protocol import NOTHING_SPENT, Message, Spent, Unasked


@dataclass(frozen=True)
class Subject:
    """One answer to one prompt, and what is known about it."""

    workload: str
    messages: tuple[Message, ...]
    answer: str
    golds: tuple[str, ...] = ()
    """Answers that are known to be right; most prompts have none."""


@dataclass(frozen=True)
class Score:
    """What a scorer says; one that abstains has no value, and always a reason."""

    value: float | None
    passed: bool | None = None
    """Whether a rule passed; None for scorers that do not decide."""
    reason: str | None = None
    uncertainty: float | None = None
    """Spread over an ensemble, where there is one."""
    spent: Spent = NOTHING_SPENT


class Scorer(Protocol):
    """Scores batches; whoever shares one calls it from one thread."""

    name: str

    def score(self, subjects: Sequence[Subject]) -> list[Score | Unasked]:
        """A score for each subject, in their order; Unasked where it was put off, such as for want of money."""
        ...

    def close(self) -> None:
        """Give back what it holds."""
        ...


class ScorerMaker(Protocol):
    """All that a scorer is made from; small, and it can be sent to an actor."""

    @property
    def name(self) -> str:
        """What its scores are called."""
        ...

    @property
    def digest(self) -> str:
        """Everything that its scores depend on; another digest means that answers are scored anew."""
        ...

    def applies_to(self, workload: str) -> bool:
        """Whether it has anything to say about answers of a workload."""
        ...

    def __call__(self) -> Scorer:
        """The scorer, with its model loaded."""
        ...
