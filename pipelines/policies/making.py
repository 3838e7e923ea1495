"""A policy in the making: known by what it is made from, so that it is made once, and goes on where it was killed."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakehouse.frames import completed, frame_of
from lakehouse.home import Home
from lakehouse.identity import identity
from lakehouse.place import Lakehouse
from lakehouse.read import read
from lakehouse.rim import Cost, StepRun
from lakehouse.tables import table_named
from pipelines.training.job import Halt, Outcome
from pipelines.training.sealed import seal

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SET = "set"
NOTHING = Halt()


@dataclass(frozen=True)
class Making:
    """A policy to be: its kind, the base's folder and digest, and the set of examples that it learns from."""

    kind: str
    base: Path
    base_digest: str
    set_id: str
    home: Home

    @property
    def policy_id(self) -> str:
        """The same base and set make the same policy; the set's identity holds the settings."""
        return identity(self.kind, self.base_digest, self.set_id)

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.policy_id[:8]}"

    @property
    def workshop(self) -> Path:
        """Where it is made: the set, checkpoints, and what comes of them."""
        return self.home.checkpoints / self.kind / self.policy_id

    @property
    def kept(self) -> Path:
        """Where its files will stay."""
        return self.home.models / self.kind / self.policy_id

    def is_known(self, lakehouse: Lakehouse) -> bool:
        """Whether it is in the table and its files are there."""
        if not lakehouse.exists("policies") or not self.kept.is_dir():
            return False
        return bool(read(lakehouse, "policies").frame.where(f"policy_id = '{self.policy_id}'").count())

    def seal(self, run: StepRun, examples: DataFrame, *untold: str) -> None:
        """The set as rows of examples, and as the one file that the worker reads; `untold` columns stay out of it."""
        from pyspark.sql import functions as F

        named = examples.withColumn("example_set_id", F.lit(self.set_id))
        run.take(named.count())
        run.append("examples", completed(table_named("examples"), named))
        seal(self.workshop / SET, self.set_id, named.drop(*untold).toArrow())

    def keep(self, result: Path, *place: str) -> Path:
        """Copy a finished training's result to where it stays; an earlier copy that broke off is replaced."""
        kept = self.kept.joinpath(*place)
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(result, kept)
        return kept

    def row(self, round: int | None, outcomes: Sequence[Outcome], **more: Any) -> dict[str, Any]:
        """The row of the table policies, with what only its kind can tell."""
        return {
            "policy_id": self.policy_id,
            "kind": self.kind,
            "name": self.name,
            "round": round,
            "example_set_id": self.set_id,
            "trained_tokens": sum(one.tokens for one in outcomes),
            **more,
        }

    def record(
        self, run: StepRun, row: dict[str, Any], outcomes: Sequence[Outcome], devices: int = 1, charged: Halt = NOTHING
    ) -> None:
        """The row of the policy, and what it cost beyond what was charged when it halted; the workshop is cleared."""
        run.append("policies", frame_of(run.lakehouse.spark, table_named("policies"), [row]), counts=False)
        run.costs.append(self.cost(row["trained_tokens"], sum(one.seconds for one in outcomes), devices, charged))
        shutil.rmtree(self.workshop)

    def cost(self, tokens: int, seconds: float, devices: int, charged: Halt) -> Cost:
        """What this run used of a training that may have been halted before."""
        seconds = max(0.0, seconds - charged.seconds)
        tokens = max(0, tokens - charged.tokens)
        return Cost(model=self.name, trained_tokens=tokens, seconds=seconds, device_seconds=seconds * devices)
