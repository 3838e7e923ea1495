"""The pairwise judge: which of two answers is better, asked in both orders; a verdict that flips with them is a tie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.engines.protocol import NOTHING_SPENT, Ask, Engine, Message, Refusal, Reply, Said, Spent, Told, Unasked
from pipelines.score.judges.absolute import seed_for
from pipelines.score.judges.fence import fence_for
from pipelines.score.judges.guard import speaks_to_judge
from pipelines.score.judges.judge import Judge
from pipelines.score.judges.verdicts import Malformed, shares, written_choice
from pipelines.score.judges.wording import comparing_messages

LETTERS = (Said("A"), Said("B"))


@dataclass(frozen=True)
class Pair:
    """Two answers to one prompt."""

    messages: tuple[Message, ...]
    answer_a: str
    answer_b: str


@dataclass(frozen=True)
class Preference:
    """Which is better: a, b, or neither; None where the judge abstained in either order."""

    better: Literal["a", "b", "tie"] | None
    reason: str
    spent: Spent = NOTHING_SPENT


@dataclass(frozen=True)
class Heard:
    """The verdict in one order, as a letter; or none and why."""

    letter: str | None
    reason: str
    spent: Spent = NOTHING_SPENT


def pairwise(
    engine: Engine, judge: Judge, messages: tuple[Message, ...], answer_a: str, answer_b: str
) -> Preference | Unasked:
    """Which of two answers is better."""
    return compare(engine, judge, [Pair(messages, answer_a, answer_b)])[0]


def compare(engine: Engine, judge: Judge, pairs: Sequence[Pair]) -> list[Preference | Unasked]:
    """The same for many pairs, in one batch; none for a pair in which an answer speaks to its judge."""
    signs = [speaks_to_judge(pair.answer_a) or speaks_to_judge(pair.answer_b) for pair in pairs]
    fair = [pair for pair, sign in zip(pairs, signs, strict=True) if not sign]
    turned = [Pair(pair.messages, pair.answer_b, pair.answer_a) for pair in fair]
    hear = _by_likelihood if judge.reading == "likelihood" else _as_written
    heard = hear(engine, judge, [*fair, *turned])
    settled = map(_settled, heard[: len(fair)], heard[len(fair) :])
    return [Preference(None, f"an answer speaks to its judge: {sign}") if sign else next(settled) for sign in signs]


def _settled(straight: Heard | Unasked, turned: Heard | Unasked) -> Preference | Unasked:
    if isinstance(straight, Unasked):
        return straight
    if isinstance(turned, Unasked):
        return turned
    spent = straight.spent + turned.spent
    if straight.letter is None or turned.letter is None:
        return Preference(None, (straight if straight.letter is None else turned).reason, spent)
    if straight.letter == turned.letter:
        return Preference("tie", "the verdict flips with the order", spent)
    return Preference("a" if straight.letter == "A" else "b", straight.reason, spent)


def _by_likelihood(engine: Engine, judge: Judge, pairs: Sequence[Pair]) -> list[Heard | Unasked]:
    told = [Told(_messages(judge, pair), LETTERS) for pair in pairs]
    return [_likelier(found) for found in engine.log_probabilities(told)]


def _likelier(log_probabilities: Sequence[float | None]) -> Heard:
    """The likelier letter; the first where both are as likely, which then flips with the order and is a tie."""
    try:
        first, second = shares(log_probabilities)
    except Malformed as problem:
        return Heard(None, str(problem))
    letter = "A" if first >= second else "B"
    return Heard(letter, f"{letter} has {max(first, second):.2f} of the likelihood")


def _as_written(engine: Engine, judge: Judge, pairs: Sequence[Pair]) -> list[Heard | Unasked]:
    marks = [fence_for(pair.messages, pair.answer_a, pair.answer_b).mark for pair in pairs]
    asks = [
        Ask(_messages(judge, pair), judge.sampling, (seed_for(judge, mark),))
        for pair, mark in zip(pairs, marks, strict=True)
    ]
    return [_read(reply, mark) for reply, mark in zip(engine.answer(asks), marks, strict=True)]


def _read(reply: Reply, mark: str) -> Heard | Unasked:
    if isinstance(reply, Unasked):
        return reply
    if isinstance(reply, Refusal):
        return Heard(None, f"no verdict: {reply.detail}")
    (answer,) = reply
    try:
        verdict = written_choice(answer, mark)
    except Malformed as problem:
        return Heard(None, f"malformed verdict: {problem}", answer.spent)
    return Heard(verdict.value, verdict.reason, answer.spent)


def _messages(judge: Judge, pair: Pair) -> tuple[Message, ...]:
    return comparing_messages(judge, pair.messages, pair.answer_a, pair.answer_b)
