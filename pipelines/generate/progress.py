"""How drawing goes on: a line for people, the same figures for MLflow, and an estimate of the end."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from pipelines.crew.batches import Done, Lost
from pipelines.generate.drawer import Drew

SPENT = ("prompt_tokens", "answer_tokens", "device_seconds", "money")


@dataclass
class Progress:
    """What has come of a plan so far."""

    candidates: int
    began: float = field(default_factory=time.monotonic)
    answers: int = 0
    refused: int = 0
    unasked: int = 0
    prompts: int = 0
    prompt_tokens: int = 0
    answer_tokens: int = 0
    money: float = 0.0
    spent: dict[str, dict[str, Any]] = field(default_factory=dict)
    """For each workload, what its row of costs will say; an actor counts as a device."""

    def add(self, outcome: Done | Lost) -> None:
        """Count one outcome."""
        if isinstance(outcome, Lost):
            self.refused += len(outcome.piece.candidate_ids)
            return
        drew: Drew = outcome.result
        self.answers += drew.answers
        self.refused += len(drew.refusals)
        self.unasked += drew.unasked
        self.prompts += len(outcome.batch.pieces)
        self.prompt_tokens += drew.prompt_tokens
        self.answer_tokens += drew.answer_tokens
        self.money += drew.money
        spent = self.spent.setdefault(outcome.batch.about.workload, dict.fromkeys(SPENT, 0))
        came = (drew.prompt_tokens, drew.answer_tokens, outcome.seconds, drew.money)
        for name, more in zip(SPENT, came, strict=True):
            spent[name] += more

    @property
    def left(self) -> int:
        """What a later run will draw."""
        return self.candidates - self.answers - self.refused

    @property
    def seconds(self) -> float:
        return max(time.monotonic() - self.began, 1e-6)

    @property
    def metrics(self) -> dict[str, float]:
        """For MLflow."""
        return {
            "answers": float(self.answers),
            "refused": float(self.refused),
            "prompts": float(self.prompts),
            "prompt_tokens": float(self.prompt_tokens),
            "answer_tokens": float(self.answer_tokens),
            "answer_tokens_per_second": self.answer_tokens / self.seconds,
            "money": self.money,
        }

    @property
    def line(self) -> str:
        """For people."""
        came = self.answers + self.refused
        left = (self.candidates - came) * self.seconds / came if came else None
        parts = [
            f"{came} of {self.candidates} answers",
            f"{self.prompts} prompts",
            f"{self.answer_tokens / self.seconds:.0f} tokens/s",
            f"{self.refused} refused",
            f"about {_duration(left)} left" if left is not None else "no estimate yet",
        ]
        return " · ".join(parts)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
