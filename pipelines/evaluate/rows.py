"""Rows of evaluations about one prompt: answers and scores, each known by what it depends on, so none is made twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from lakehouse.frames import frame_of
from lakehouse.identity import identity
from lakehouse.rim import StepRun
from lakehouse.tables import table_named
from pipelines.evaluate.suite import Item

TABLE = "evaluations"
REFRESHED = ("value", "low", "high", "note")
KEEP_SECONDS = 60
"""A kill costs at most so much work."""
ANSWER, SCORE, PREFERENCE = "answer", "score:", "preference:"
READ, WRITTEN, SECONDS = "prompt_tokens", "answer_tokens", "seconds"


@dataclass(frozen=True)
class Slot:
    """One thing that is to be known about one answer of one model."""

    policy_id: str
    item: Item
    sample: int
    metric: str
    digest: str
    """What it depends on beside the model and the prompt."""
    rival_policy_id: str | None = None

    @property
    def evaluation_id(self) -> str:
        """Identity; two settings of a suite share what does not depend on where they differ."""
        return identity(
            self.policy_id, self.digest, self.metric, self.item.digest, self.rival_policy_id or "", self.sample
        )


def answer_slot(policy_id: str, item: Item, sample: int, metric: str = ANSWER) -> Slot:
    """The answer itself, or what it took."""
    return Slot(policy_id, item, sample, metric, item.digest)


def score_slot(policy_id: str, item: Item, sample: int, name: str, digest: str) -> Slot:
    """What a scorer says of an answer; another gold answer may change that."""
    return Slot(policy_id, item, sample, SCORE + name, identity(item.digest, digest, *item.golds))


@dataclass
class Ledger:
    """What is known already, and what is added while a run lasts."""

    run: StepRun
    suite: str
    known: dict[str, dict[str, Any]]
    waiting: list[dict[str, Any]] = field(default_factory=list)
    added: int = 0
    kept_at: float = field(default_factory=monotonic)

    @classmethod
    def read(cls, run: StepRun, suite: str, policy_ids: Sequence[str]) -> Ledger:
        """Everything that is known about these models."""
        from pyspark.sql import functions as F

        if not run.lakehouse.exists(TABLE):
            return cls(run, suite, {})
        own = run.read(TABLE).where(F.col("policy_id").isin(list(policy_ids)) & (F.col("suite") == suite))
        return cls(run, suite, {row["evaluation_id"]: row.asDict() for row in own.collect()})

    def has(self, slot: Slot) -> bool:
        return slot.evaluation_id in self.known

    def value(self, slot: Slot) -> float | None:
        """The number in a row, if it is there and has one."""
        row = self.known.get(slot.evaluation_id)
        return None if row is None else row["value"]

    def answer(self, slot: Slot) -> str | None:
        """The answer, unless there is none or the model refused."""
        row = self.known.get(slot.evaluation_id)
        return None if row is None else row["answer"]

    def add(self, slot: Slot, value: float | None = None, answer: str | None = None, note: str | None = None) -> None:
        """Know something from now on; it is written with the next rows."""
        row = {
            "evaluation_id": slot.evaluation_id,
            "policy_id": slot.policy_id,
            "rival_policy_id": slot.rival_policy_id,
            "round": self.run.round or 0,
            "suite": self.suite,
            "suite_digest": slot.digest,
            "metric": slot.metric,
            "slice": slot.item.workload,
            "prompt_id": slot.item.prompt_id,
            "answer": answer,
            "value": value,
            "low": None,
            "high": None,
            "prompts": 1,
            "note": note,
        }
        self.put(row)

    def put(self, row: dict[str, Any]) -> None:
        """A whole row, unless just that is known."""
        before = self.known.get(row["evaluation_id"])
        if before is not None and all(before[name] == row[name] for name in REFRESHED):
            return
        self.known[row["evaluation_id"]] = row
        self.waiting.append(row)

    def keep(self, at_once: bool = False) -> None:
        """Write what waits, if it has waited long enough."""
        if not self.waiting or not (at_once or monotonic() - self.kept_at > KEEP_SECONDS):
            return
        rows = [{**row, "run_id": self.run.run_id} for row in self.waiting]
        self.run.take(len(rows))
        self.run.append(TABLE, frame_of(self.run.lakehouse.spark, table_named(TABLE), rows), refresh=REFRESHED)
        self.added, self.waiting, self.kept_at = self.added + len(rows), [], monotonic()
