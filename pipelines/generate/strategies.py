"""Strategies as data: what stands around a prompt when it is asked, and what each way of asking is known by."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from conf import GenerateSettings, StrategySettings
from lakehouse.identity import identity
from pipelines.engines.protocol import Message, Sampling


@dataclass(frozen=True)
class Shot:
    """A rated answer that shows what is wanted."""

    rating_id: str
    workload: str
    prompt: str
    answer: str


@dataclass(frozen=True)
class Way:
    """One strategy, for one workload and one order of its examples: all that decides how an answer is drawn."""

    strategy: str
    workload: str
    order: int
    system: str | None
    shots: tuple[Shot, ...]
    steps: tuple[str, ...]
    sampling: Sampling
    samples: int
    most_samples: int

    @property
    def name(self) -> str:
        """What people see: the strategy, and which order where there are several."""
        return f"{self.strategy}/{self.order}" if self.order else self.strategy

    @property
    def digest(self) -> str:
        """Everything that it says and how it samples, but not how often."""
        said = {"system": self.system, "steps": self.steps, "sampling": asdict(self.sampling)}
        shots = [[shot.prompt, shot.answer] for shot in self.shots]
        return identity("way", json.dumps(said, sort_keys=True), json.dumps(shots))

    @property
    def is_bare(self) -> bool:
        """Whether a prompt is asked just as it will be when the tuned model is served."""
        return not (self.system or self.shots or self.steps)

    def opening(self, messages: Sequence[Message]) -> tuple[Message, ...]:
        """The conversation with the strategy around it: its system message, its examples, then the prompt."""
        own = [message["content"] for message in messages if message["role"] in ("system", "developer")]
        system = "\n\n".join([*([self.system] if self.system else []), *own])
        turns = [message for message in messages if message["role"] not in ("system", "developer")]
        shown = [turn for shot in self.shots for turn in _turns(shot)]
        return (*([{"role": "system", "content": system}] if system else []), *shown, *turns)


def ways(settings: GenerateSettings, workloads: Sequence[str], rated: Sequence[Shot]) -> list[Way]:
    """Every way of asking that the settings use, for each workload; none where its examples are missing."""
    found = [
        way
        for name in settings.use
        for workload in workloads
        for way in _ways_of(name, settings.strategies[name], settings, workload, rated)
    ]
    distinct: dict[tuple[str, str], Way] = {}
    for way in found:
        distinct.setdefault((way.workload, way.digest), way)
    return list(distinct.values())


def _ways_of(
    name: str, strategy: StrategySettings, settings: GenerateSettings, workload: str, rated: Sequence[Shot]
) -> list[Way]:
    own = [shot for shot in rated if shot.workload == workload]
    if strategy.shots and not own:
        return []
    sampling = Sampling(strategy.temperature, settings.top_p, settings.max_tokens, tuple(settings.stop))
    greedy = strategy.temperature == 0
    return [
        Way(
            strategy=name,
            workload=workload,
            order=order if strategy.orders > 1 else 0,
            system=strategy.system,
            shots=_chosen(own, strategy.shots, order),
            steps=tuple(strategy.steps),
            sampling=sampling,
            samples=1 if greedy else settings.first_samples,
            most_samples=1 if greedy else settings.most_samples,
        )
        for order in range(1, strategy.orders + 1)
    ]


def _chosen(own: Sequence[Shot], count: int, order: int) -> tuple[Shot, ...]:
    """A subset in an order that is a function of what the examples say, so it is the same in every home, where raters
    have other pseudonyms; a new rating shifts it as little as may be."""
    return tuple(sorted(own, key=lambda shot: (identity(shot.prompt, shot.answer, order), shot.rating_id))[:count])


def _turns(shot: Shot) -> list[Message]:
    return [{"role": "user", "content": shot.prompt}, {"role": "assistant", "content": shot.answer}]
