"""A judge as data: its rubric, how its verdict is read, and the rated examples that it is shown."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

from conf import EngineSettings, JudgeSettings
from lakehouse.identity import identity
from pipelines.engines.protocol import Message, Sampling

LOWEST, HIGHEST = 1, 5
VERDICTS = tuple(str(rating) for rating in range(LOWEST, HIGHEST + 1))
WORDING = 1
"""Another number wherever what a judge is told changes: its scores are then others."""

Reading = Literal["likelihood", "written"]


@dataclass(frozen=True)
class RatedExample:
    """An answer that people rated; by `rating_ids` the ratings are found again."""

    rating_ids: tuple[str, ...]
    workload: str
    messages: tuple[Message, ...]
    answer: str
    rating: float
    reason: str | None = None

    @property
    def prompt(self) -> str:
        return json.dumps(self.messages)


@dataclass(frozen=True)
class Judge:
    """All that a judge is told, and how it is read."""

    name: str
    rubric: str
    kind: Literal["absolute", "pairwise"]
    reading: Reading
    sampling: Sampling
    shots: tuple[RatedExample, ...] = ()

    @property
    def digest(self) -> str:
        """Everything that it says, without the model that says it."""
        said = {"rubric": self.rubric, "kind": self.kind, "reading": self.reading, "sampling": asdict(self.sampling)}
        shots = [[shot.messages, shot.answer, shot.rating, shot.reason] for shot in self.shots]
        return identity("judge", WORDING, json.dumps(said, sort_keys=True), json.dumps(shots))


def judge_of(name: str, settings: JudgeSettings, engine: EngineSettings) -> Judge:
    """The judge of a section, not yet shown any example; `engine` is the one that it runs on."""
    sampling = Sampling(settings.temperature, 1.0, settings.max_tokens)
    return Judge(name, settings.rubric, settings.kind, reading_of(settings, engine), sampling)


def reading_of(settings: JudgeSettings, engine: EngineSettings) -> Reading:
    """A server tells no likelihood of given text; a model in this process does, and then nothing can be malformed."""
    if settings.reading != "auto":
        return settings.reading
    return "written" if engine.kind == "url" else "likelihood"
