"""Asking an engine for one batch: the strategy's steps one after another, and what is kept of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lakehouse.identity import identity
from pipelines.engines.protocol import (
    NOTHING_SPENT,
    Answer,
    Ask,
    Engine,
    Message,
    Refusal,
    Said,
    Spent,
    Told,
    Unasked,
)
from pipelines.generate.strategies import Way

SEED_BITS = 63


@dataclass(frozen=True)
class Piece:
    """One prompt, the way it is asked, and which of its samples are missing."""

    way: Way
    prompt_id: str
    messages: tuple[Message, ...]
    candidate_ids: tuple[str, ...]
    sample_indexes: tuple[int, ...]

    @property
    def name(self) -> str:
        """What its batch is known by."""
        return identity(*self.candidate_ids)


def messages_of(row: Any) -> tuple[Message, ...]:
    """The conversation in a row of prompts, as an engine is asked it."""
    return tuple({"role": message["role"], "content": message["content"]} for message in row["messages"])


@dataclass
class Drawn:
    """One sample as it grows over the steps of a strategy."""

    piece: Piece
    number: int
    conversation: tuple[Message, ...]
    said: list[Answer] = field(default_factory=list)
    refusal: Refusal | Unasked | None = None
    log_probability: float | None = None

    @property
    def candidate_id(self) -> str:
        return self.piece.candidate_ids[self.number]

    @property
    def final(self) -> Answer:
        return self.said[-1]

    @property
    def spent(self) -> Spent:
        """What every step of it cost, also where nothing came of it."""
        return sum((answer.spent for answer in self.said), self.refusal.spent if self.refusal else NOTHING_SPENT)

    @property
    def trace(self) -> str | None:
        """What was said before the final answer."""
        return json.dumps([answer.text for answer in self.said[:-1]], ensure_ascii=False) if self.said[1:] else None


def seed_of(candidate_id: str, step: int = 0) -> int:
    """A function of the sample's identity, so that it is the same wherever and whenever it is drawn."""
    return int(identity("seed", candidate_id, step)[:16], 16) & (2**SEED_BITS - 1)


def ask(engine: Engine, pieces: Sequence[Piece], reference: bool) -> list[Drawn]:
    """Every missing sample of the pieces, each answered or refused."""
    drawn = _first(engine, pieces)
    for step in range(1, max((len(piece.way.steps) for piece in pieces), default=0)):
        _continue(engine, [one for one in _open(drawn) if step < len(one.piece.way.steps)], step)
    if reference:
        _refer(engine, _open(drawn))
    return drawn


def _open(drawn: Sequence[Drawn]) -> list[Drawn]:
    return [one for one in drawn if one.refusal is None]


def _first(engine: Engine, pieces: Sequence[Piece]) -> list[Drawn]:
    """All samples of a prompt are asked for together, so that the prompt is read once."""
    openings = [_opening(piece) for piece in pieces]
    asks = [
        Ask(opening, piece.way.sampling, tuple(map(seed_of, piece.candidate_ids)))
        for piece, opening in zip(pieces, openings, strict=True)
    ]
    drawn = []
    for piece, opening, reply in zip(pieces, openings, engine.answer(asks), strict=True):
        for number in range(len(piece.candidate_ids)):
            one = Drawn(piece, number, opening)
            if isinstance(reply, list):
                one.said.append(reply[number])
            else:
                one.refusal = replace(reply, spent=NOTHING_SPENT) if number else reply  # it counts once
            drawn.append(one)
    return drawn


def _continue(engine: Engine, drawn: Sequence[Drawn], step: int) -> None:
    """The next instruction, to each sample about its own words."""
    for one in drawn:
        said = {"role": "assistant", "content": one.final.text}
        one.conversation = (*one.conversation, said, {"role": "user", "content": one.piece.way.steps[step]})
    asks = [Ask(one.conversation, one.piece.way.sampling, (seed_of(one.candidate_id, step),)) for one in drawn]
    for one, reply in zip(drawn, engine.answer(asks), strict=True):
        if isinstance(reply, list):
            one.said.append(reply[0])
        else:
            one.refusal = reply


def _refer(engine: Engine, drawn: Sequence[Drawn]) -> None:
    """How likely each answer is when the bare prompt is asked; sampling told it already where that was asked."""
    unknown: dict[str, list[Drawn]] = {}
    for one in drawn:
        one.log_probability = one.final.log_probability if one.piece.way.is_bare else None
        if one.log_probability is None:
            unknown.setdefault(one.piece.prompt_id, []).append(one)
    told = [Told(group[0].piece.messages, tuple(map(_said, group))) for group in unknown.values()]
    for group, values in zip(unknown.values(), engine.log_probabilities(told), strict=True):
        for one, value in zip(group, values, strict=True):
            one.log_probability = value


def _said(one: Drawn) -> Said:
    return Said(one.final.text, ended=one.final.finish_reason == "stop")


def _opening(piece: Piece) -> tuple[Message, ...]:
    """The strategy around the prompt; its first instruction stands behind the prompt, in the same message."""
    messages = piece.way.opening(piece.messages)
    instruction = piece.way.steps[0] if piece.way.steps else ""
    if not instruction:
        return messages
    *before, last = messages
    return (*before, {**last, "content": f"{last['content']}\n\n{instruction}"})


def tokens_of(drawn: Drawn) -> Answer:
    """The final answer, with the tokens of every step counted."""
    return replace(drawn.final, **vars(drawn.spent))
