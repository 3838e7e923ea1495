"""How a crew gets on: a line for people, the same figures for MLflow, what it costs, and an estimate of the end."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

from lakehouse.rim import Cost
from pipelines.budget import Budget, Used
from pipelines.crew.batches import Done, Lost
from pipelines.crew.worked import Worked


@dataclass
class Progress:
    """What has come of a plan so far."""

    noun: str
    planned: int
    began: float = field(default_factory=time.monotonic)
    done: int = 0
    refused: int = 0
    unasked: int = 0
    prompts: set[str] = field(default_factory=set)
    """The prompts that something has come of."""
    spent: dict[str, Counter[str]] = field(default_factory=dict)
    """For each workload, what its row of costs will say; an actor counts as a device."""
    budget: Budget | None = None

    def add(self, outcome: Done | Lost) -> None:
        """Count one outcome."""
        if isinstance(outcome, Lost):
            self.refused += len(outcome.piece.candidate_ids)
            return
        worked: Worked = outcome.result
        self.done += worked.rows
        self.refused += len(worked.refusals)
        self.unasked += worked.unasked
        self.prompts.update(piece.prompt_id for piece in outcome.batch.pieces)
        tokens = sum(tally["answer_tokens"] for tally in worked.spent.values())
        for workload, tally in worked.spent.items():
            share = tally["answer_tokens"] / tokens if tokens else 1 / len(worked.spent)
            self.spent.setdefault(workload, Counter()).update({**tally, "device_seconds": outcome.seconds * share})

    def total(self, name: str) -> float:
        """What all workloads spent of something."""
        return sum(spent[name] for spent in self.spent.values())

    @property
    def stopped(self) -> str | None:
        """Why no more batches may begin, where the step's budget is spent."""
        tokens = self.total("prompt_tokens") + self.total("answer_tokens")
        used = Used(int(tokens), self.total("device_seconds"), self.total("money"))
        return self.budget.spent(used) if self.budget and self.left else None

    @property
    def left(self) -> int:
        """What a later run will do."""
        return self.planned - self.done - self.refused

    @property
    def seconds(self) -> float:
        return max(time.monotonic() - self.began, 1e-6)

    @property
    def metrics(self) -> dict[str, float]:
        """For MLflow."""
        return {
            self.noun: float(self.done),
            "refused": float(self.refused),
            "prompts": float(len(self.prompts)),
            "prompt_tokens": self.total("prompt_tokens"),
            "answer_tokens": self.total("answer_tokens"),
            "answer_tokens_per_second": self.total("answer_tokens") / self.seconds,
            "money": self.total("money"),
        }

    @property
    def line(self) -> str:
        """For people."""
        came = self.done + self.refused
        left = (self.planned - came) * self.seconds / came if came else None
        tokens = self.total("answer_tokens")
        parts = [
            f"{came} of {self.planned} {self.noun} to {len(self.prompts)} prompts",
            f"{tokens / self.seconds:.0f} tokens/s" if tokens else "",
            f"{self.refused} refused" if self.refused else "",
            f"about {_duration(left)} left" if left is not None else "no estimate yet",
        ]
        return " · ".join(filter(None, parts))

    def costs(self, model: str) -> list[Cost]:
        """For each workload what its batches used, and its share of the time that a clock on the wall would show."""
        all_actors = self.total("device_seconds")
        return [
            Cost(
                workload=workload,
                model=model,
                prompt_tokens=spent["prompt_tokens"],
                answer_tokens=spent["answer_tokens"],
                seconds=self.seconds * spent["device_seconds"] / all_actors,
                device_seconds=float(spent["device_seconds"]),
                money=float(spent["money"]),
            )
            for workload, spent in self.spent.items()
        ]


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
