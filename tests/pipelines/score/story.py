"""Candidates as scoring finds them, and scorers simple enough to know what they say."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from conf import load_settings
from lakehouse.identity import identity
from lakehouse.place import Lakehouse
from lakehouse.provenance import provenance_of
from lakehouse.write import append_missing
from pipelines.budget import Budget
from pipelines.engines.protocol import Unasked
from pipelines.score.protocol import Score, ScorerMaker, Subject
from pipelines.score.step import Bench, Scored, score
from tests.lakehouse.rows import frame
from tests.pipelines.generate.story import ECHO

CANDIDATE = {
    "policy_id": "policy",
    "strategy": "bare",
    "strategy_digest": "d",
    "round": 1,
    "trace": None,
    "finish_reason": "stop",
    "prompt_tokens": 3,
    "log_probability": None,
    "seed": 1,
    "engine": "echo",
    "model_digest": "echo",
    "run_id": "run",
}


def add_candidates(lakehouse: Lakehouse, answers: dict[str, Sequence[str]], **changes: Any) -> None:
    """For each prompt its answers; a candidate's id is the prompt's with the answer's number."""
    rows = [
        CANDIDATE
        | {"candidate_id": f"{prompt}{number}", "prompt_id": prompt, "sample_index": number, "answer": answer}
        | {"answer_tokens": len(answer.split())}
        | changes
        for prompt, given in answers.items()
        for number, answer in enumerate(given)
    ]
    append_missing(lakehouse, "candidates", frame(lakehouse, "candidates", rows))


class Counting:
    """Says how many words an answer has, less than nothing for none, and nothing at all to `???`."""

    name = "words"

    def score(self, subjects: Sequence[Subject]) -> list[Score | Unasked]:
        if any("POISON" in one.answer for one in subjects):
            os._exit(1)
        return [self._score(one) for one in subjects]

    def _score(self, subject: Subject) -> Score:
        if subject.answer == "???":
            return Score(None, reason="It says nothing.")
        if subject.answer == "NaN":
            return Score(float("nan"))
        words = len(subject.answer.split())
        return Score(float(words), passed=words <= 3, uncertainty=0.5 if "maybe" in subject.answer else None)

    def close(self) -> None:
        """It holds nothing."""


@dataclass(frozen=True)
class CountingMaker:
    """Makes it; `version` stands for whatever else a scorer may depend on."""

    version: str = "1"
    name: str = "words"

    @property
    def digest(self) -> str:
        return identity("words", self.version)

    def applies_to(self, workload: str) -> bool:
        return workload != "letters"

    def __call__(self) -> Counting:
        return Counting()


def scored(lakehouse: Lakehouse, *overrides: str, makers: Sequence[ScorerMaker] = (CountingMaker(),)) -> Scored:
    """The step as its door would call it; words weigh 1."""
    weights = "score.workloads.all={weights: {words: 1.0, agreement: 0.0}, gates: []}"
    resolved = load_settings("test", [*ECHO, weights, *overrides])
    settings = resolved.settings
    budget = Budget("score", settings.budgets.score, settings.prices.device_hour)
    bench = Bench(tuple(makers), settings.score, settings.ray, settings.tracking, budget)
    return score(lakehouse, bench, provenance_of(resolved), 1)
