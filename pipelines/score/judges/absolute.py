"""The absolute judge: one rating from 1 to 5 for each answer, or an abstention that says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lakehouse.identity import identity
from pipelines.engines.protocol import NOTHING_SPENT, Ask, Engine, Message, Refusal, Reply, Said, Spent, Told, Unasked
from pipelines.score.judges.fence import fence_for
from pipelines.score.judges.guard import speaks_to_judge
from pipelines.score.judges.judge import VERDICTS, Judge
from pipelines.score.judges.verdicts import Malformed, expectation, written_rating
from pipelines.score.judges.wording import rating_messages

SEED_DIGITS = 15


@dataclass(frozen=True)
class Asked:
    """One answer that a judge is asked about; it may be asked with its own rated examples in front."""

    judge: Judge
    messages: tuple[Message, ...]
    answer: str


@dataclass(frozen=True)
class Rated:
    """What the judge said: a rating from 1 to 5 that need not be whole, or none and why."""

    rating: float | None
    reason: str
    spent: Spent = NOTHING_SPENT


def rate(engine: Engine, asked: Sequence[Asked], guarded: bool = True) -> list[Rated | Unasked]:
    """A rating, an abstention or a putting off for each, in their order; unguarded only to see what moves a model."""
    signs = [speaks_to_judge(one.answer) if guarded else None for one in asked]
    found: dict[int, Rated | Unasked] = {
        place: Rated(None, f"the answer speaks to its judge: {sign}") for place, sign in enumerate(signs) if sign
    }
    for reading, rater in (("likelihood", _by_likelihood), ("written", _as_written)):
        places = [place for place, one in enumerate(asked) if one.judge.reading == reading and not signs[place]]
        if places:
            found |= dict(zip(places, rater(engine, [asked[place] for place in places]), strict=True))
    return [found[place] for place in range(len(asked))]


def _by_likelihood(engine: Engine, asked: Sequence[Asked]) -> list[Rated | Unasked]:
    verdicts = tuple(Said(verdict) for verdict in VERDICTS)
    told = [Told(rating_messages(one.judge, one.messages, one.answer), verdicts) for one in asked]
    return [_expected(found) for found in engine.log_probabilities(told)]


def _expected(log_probabilities: Sequence[float | None]) -> Rated:
    try:
        rating = expectation(log_probabilities)
    except Malformed as problem:
        return Rated(None, str(problem))
    return Rated(rating, f"expected rating {rating:.2f}")


def _as_written(engine: Engine, asked: Sequence[Asked]) -> list[Rated | Unasked]:
    asks = [
        Ask(rating_messages(one.judge, one.messages, one.answer), one.judge.sampling, (seed_for(one.judge, mark),))
        for one, mark in zip(asked, map(_mark, asked), strict=True)
    ]
    return [_read(reply, _mark(one)) for reply, one in zip(engine.answer(asks), asked, strict=True)]


def _read(reply: Reply, mark: str) -> Rated | Unasked:
    if isinstance(reply, Unasked):
        return reply
    if isinstance(reply, Refusal):
        return Rated(None, f"no verdict: {reply.detail}")
    (answer,) = reply
    try:
        verdict = written_rating(answer, mark)
    except Malformed as problem:
        return Rated(None, f"malformed verdict: {problem}", answer.spent)
    return Rated(float(verdict.value), verdict.reason, answer.spent)


def _mark(one: Asked) -> str:
    return fence_for(one.messages, one.answer).mark


def seed_for(judge: Judge, mark: str) -> int:
    """Chance is a function of what is judged and by whom."""
    return int(identity("verdict", judge.digest, mark)[:SEED_DIGITS], 16)
