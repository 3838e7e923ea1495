"""What an actor does: have one scorer score a batch, and stage a row for every candidate that gave the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import Any

from lakehouse.identity import identity
from lakehouse.staging import stage_part
from pipelines.crew.batches import Batch
from pipelines.crew.worked import Worked, tallied
from pipelines.engines.protocol import Unasked
from pipelines.score.protocol import Score, Scorer, ScorerMaker, Subject

TABLE = "scores"


@dataclass(frozen=True)
class ScorePiece:
    """One answer, who scores it, and the candidates that gave it."""

    maker: ScorerMaker
    prompt_id: str
    subject: Subject
    candidate_ids: tuple[str, ...]

    @property
    def name(self) -> str:
        """What its batch is known by."""
        return identity(self.maker.digest, *self.candidate_ids)

    def without(self, done: set[tuple[str, str]]) -> ScorePiece:
        """What is left of it when these candidates and scorers are done."""
        left = tuple(one for one in self.candidate_ids if (one, self.maker.digest) not in done)
        return replace(self, candidate_ids=left)


@dataclass(frozen=True)
class ExaminerMaker:
    """Makes the examiner inside an actor."""

    folder: Path
    round: int
    run_id: str

    def __call__(self) -> Examiner:
        return Examiner(self)


class Examiner:
    """The scorer of the batch at hand, and where scores are staged; one scorer is held at a time."""

    def __init__(self, told: ExaminerMaker) -> None:
        self.told = told
        self.digest = ""
        self.scorer: Scorer | None = None

    def __call__(self, batch: Batch) -> Worked:
        pieces: Sequence[ScorePiece] = batch.pieces
        scores = self._scorer(pieces[0].maker).score([piece.subject for piece in pieces])
        given = [(piece, score) for piece, score in zip(pieces, scores, strict=True) if isinstance(score, Score)]
        rows = [row for piece, score in given for row in score_rows(piece, finite(score), self.told)]
        part = stage_part(self.told.folder, TABLE, batch.name, rows) if rows else None
        unasked = sum(isinstance(score, Unasked) for score in scores)
        used = tallied((piece.subject.workload, score.spent) for piece, score in given)
        return Worked(part, len(rows), (), unasked, used)

    def _scorer(self, maker: ScorerMaker) -> Scorer:
        if self.scorer is None or self.digest != maker.digest:
            if self.scorer is not None:
                self.scorer.close()
                self.scorer = None  # a new one may not come to be
            self.scorer, self.digest = maker(), maker.digest
        return self.scorer


def finite(score: Score) -> Score:
    """A number that is none would rank above all others in SQL, so it is an abstention."""
    if all(value is None or isfinite(value) for value in (score.value, score.uncertainty)):
        return score
    return replace(score, value=None, uncertainty=None, reason="The scorer gave no finite number.")


def score_rows(piece: ScorePiece, score: Score, told: ExaminerMaker) -> list[dict[str, Any]]:
    """A row of the table scores for each candidate of a piece."""
    shared = {
        "scorer": piece.maker.name,
        "scorer_digest": piece.maker.digest,
        "prompt_id": piece.prompt_id,
        "round": told.round,
        "value": score.value,
        "uncertainty": score.uncertainty,
        "passed": score.passed,
        "reason": score.reason,
        "policy_id": getattr(piece.maker, "policy_id", None),
        "run_id": told.run_id,
    }
    return [{"candidate_id": one, **shared} for one in piece.candidate_ids]
