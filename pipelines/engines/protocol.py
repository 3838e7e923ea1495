"""What every engine is asked and what it answers; nothing here knows a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Message = dict[str, str]
FinishReason = Literal["stop", "length", "content"]


@dataclass(frozen=True)
class Sampling:
    """How answers are drawn; temperature 0 is greedy."""

    temperature: float
    top_p: float
    max_tokens: int
    stop: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ask:
    """One conversation, and one seed for each answer that is wanted to it."""

    messages: tuple[Message, ...]
    sampling: Sampling
    seeds: tuple[int, ...]


@dataclass(frozen=True)
class Spent:
    """What was used up: tokens read, tokens written, and money where somebody asks for it."""

    prompt_tokens: int = 0
    answer_tokens: int = 0
    money: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            self.prompt_tokens + other.prompt_tokens,
            self.answer_tokens + other.answer_tokens,
            self.money + other.money,
        )


NOTHING_SPENT = Spent()


@dataclass(frozen=True)
class Answer:
    """One answer; `log_probability` is under the conversation that was asked, null where an engine cannot tell."""

    text: str
    finish_reason: FinishReason
    prompt_tokens: int
    answer_tokens: int
    log_probability: float | None = None
    money: float = 0.0

    @property
    def spent(self) -> Spent:
        return Spent(self.prompt_tokens, self.answer_tokens, self.money)


@dataclass(frozen=True)
class Refusal:
    """An ask that this engine will never answer, with a word for counting and a sentence that quotes nothing."""

    reason: str
    detail: str
    spent: Spent = NOTHING_SPENT
    """What its other answers cost, which nobody gets."""


@dataclass(frozen=True)
class Unasked:
    """An ask that was put off, such as for want of money; a later run may ask it."""

    why: str
    spent: Spent = NOTHING_SPENT
    """As in a refusal."""


Reply = list[Answer] | Refusal | Unasked


@dataclass(frozen=True)
class Said:
    """An answer, and whether it came to its own end or was cut."""

    text: str
    ended: bool = True


@dataclass(frozen=True)
class Told:
    """A conversation, and answers to it whose log-probability is wanted."""

    messages: tuple[Message, ...]
    answers: tuple[Said, ...]


class Engine(Protocol):
    """Answers batches; whoever shares one calls it from one thread."""

    name: str
    model_digest: str

    def answer(self, asks: Sequence[Ask]) -> list[Reply]:
        """A reply to each ask, in their order: as many answers as it has seeds, or a refusal."""
        ...

    def log_probabilities(self, told: Sequence[Told]) -> list[list[float | None]]:
        """For each conversation, the summed log-probability of each answer, with its ending where it has one."""
        ...

    def close(self) -> None:
        """Give back what it holds."""
        ...


class OutOfMemory(RuntimeError):
    """Even the smallest batch does not fit."""


class EngineError(RuntimeError):
    """An engine could not be made or could not go on."""
