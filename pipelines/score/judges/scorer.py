"""The judge as a scorer: ratings on a scale from 0 to 1, mapped to people's where it was calibrated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lakehouse.identity import identity
from pipelines.engines.protocol import Engine, Unasked
from pipelines.score.judges.absolute import Asked, Rated, rate
from pipelines.score.judges.judge import HIGHEST, LOWEST, Judge
from pipelines.score.protocol import Score, Subject

PREFIX = "judge:"


@dataclass(frozen=True)
class Calibrated:
    """What a calibration says of a judge: breakpoints of a rising line from its ratings to people's."""

    calibration_id: str
    scores: tuple[float, ...]
    ratings: tuple[float, ...]
    certified: bool

    def rating(self, score: float) -> float:
        """People's rating where the judge gives this one; beyond the breakpoints it stays what it was there."""
        import numpy

        return float(numpy.interp(score, self.scores, self.ratings))


@dataclass(frozen=True)
class JudgeMaker:
    """All that a judge is made from; small, and it can be sent to an actor."""

    judge: Judge
    make_engine: Callable[[], Engine]
    model_digest: str
    workloads: tuple[str, ...] | None = None
    calibrated: Calibrated | None = None

    @property
    def name(self) -> str:
        return PREFIX + self.judge.name

    @property
    def digest(self) -> str:
        """Rubric, reading, model, examples and mapping."""
        known = self.calibrated
        mapping = f"{known.scores}{known.ratings}{known.certified}" if known else ""
        return identity(self.judge.digest, self.model_digest, mapping)

    def applies_to(self, workload: str) -> bool:
        return self.workloads is None or workload in self.workloads

    def __call__(self) -> JudgeScorer:
        return JudgeScorer(self.name, self.make_engine(), self.judge, self.calibrated)


class JudgeScorer:
    """Rates batches with one engine."""

    def __init__(self, name: str, engine: Engine, judge: Judge, calibrated: Calibrated | None) -> None:
        self.name, self.engine, self.judge, self.calibrated = name, engine, judge, calibrated

    def score(self, subjects: Sequence[Subject]) -> list[Score | Unasked]:
        asked = [Asked(self.judge, subject.messages, subject.answer) for subject in subjects]
        return [one if isinstance(one, Unasked) else self._scored(one) for one in rate(self.engine, asked)]

    def close(self) -> None:
        self.engine.close()

    def _scored(self, rated: Rated) -> Score:
        value = None if rated.rating is None else on_scale(self._mapped(rated.rating))
        return Score(value, reason=f"{rated.reason} ({self.standing})", spent=rated.spent)

    def _mapped(self, rating: float) -> float:
        return self.calibrated.rating(rating) if self.calibrated else rating

    @property
    def standing(self) -> str:
        """What a reader must know of every score."""
        if self.calibrated is None:
            return "uncertified: not calibrated"
        return "certified" if self.calibrated.certified else "uncertified"


def on_scale(rating: float) -> float:
    """A rating from 1 to 5 as a value from 0 to 1."""
    return (rating - LOWEST) / (HIGHEST - LOWEST)
