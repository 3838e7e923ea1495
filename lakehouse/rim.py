"""The rim of every step: one row in runs, its costs, its rejections, and the check that no row appeared or vanished."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from lakehouse.asking import Types, Work, at_versions, quickest_asker
from lakehouse.change import change_columns
from lakehouse.faults import fault_point
from lakehouse.frames import frame_of
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.read import Snapshot, current_version, read
from lakehouse.rejections import REFUSAL_COLUMNS, Rejection, rejection_frame
from lakehouse.tables import table_named
from lakehouse.write import Written, append_missing

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

logger = logging.getLogger(__name__)


class RowsOutOfBalance(RuntimeError):
    """A step took up more or fewer rows than it delivered and refused."""


@dataclass(frozen=True)
class Cost:
    """What a run used for one workload and model."""

    workload: str = "all"
    model: str = "none"
    prompt_tokens: int = 0
    answer_tokens: int = 0
    trained_tokens: int = 0
    seconds: float = 0.0
    device_seconds: float = 0.0
    money: float = 0.0


@dataclass
class StepRun:
    """One run of a step while it lasts: it reads and writes through this, so that the ledger knows."""

    lakehouse: Lakehouse
    step: str
    round: int | None
    asked: Mapping[str, str] = field(default_factory=dict)
    """What it was asked for beyond the settings and the round: a repetition is asked for the same."""
    run_id: str = field(default_factory=lambda: uuid4().hex)
    inputs: dict[str, int] = field(default_factory=dict)
    outputs: dict[str, int] = field(default_factory=dict)
    costs: list[Cost] = field(default_factory=list)
    rows_in: int = 0
    rows_out: int = 0
    rows_new: int = 0
    rows_rejected: int = 0
    is_complete: bool = True
    """Unset by a step that left work to another run."""
    is_idle: bool = False
    """Set by a step that found nothing to do: then the ledger says nothing either."""

    def read(self, table: str, version: int | None = None) -> DataFrame:
        """A table at a version that the ledger will name."""
        snapshot: Snapshot = read(self.lakehouse, table, version)
        self.inputs[table] = snapshot.version
        return snapshot.frame

    def ask(self, query: str, **given: pyarrow.Table) -> pyarrow.Table:
        """What an SQL query answers; names in braces stand for tables as this run read them, and for rows at hand."""
        asker = quickest_asker(self.lakehouse)
        return asker.arrow(at_versions(asker, query, self.inputs, given), **given)

    def scan(self, query: str, work: Work, types: Types, most: int) -> pyarrow.Table:
        """What work makes of the rows for such a query, a batch at a time: up to so many rows of these types."""
        asker = quickest_asker(self.lakehouse)
        return asker.scan(at_versions(asker, query, self.inputs), work, types, most)

    def take(self, rows: int) -> None:
        """Count rows, or planned pieces of work, that the step takes up."""
        self.rows_in += rows

    def append(
        self,
        table: str,
        frame: DataFrame,
        counts: bool = True,
        refresh: Sequence[str] = (),
        are_absent: bool = False,
    ) -> Written:
        """Insert what is missing; `counts=False` for rows that are not the step's product, `are_absent` where the step
        found that none of the keys is in the table that it read."""
        rows, seen_at = self._signed(frame), self.inputs[table] if are_absent else None
        return self._wrote(append_missing(self.lakehouse, table, rows, self.run_id, refresh, absent_at=seen_at), counts)

    def change(self, table: str, frame: DataFrame) -> Written:
        """Change rows that are there, by a frame of their keys and of nothing but the columns to change."""
        return self._wrote(change_columns(self.lakehouse, table, frame, self.run_id), counts=True)

    def settle(self, table: str, rows: int) -> None:
        """Count rows that were changed in place or deleted: by an erasure, or where what they derive from is gone."""
        self.outputs[table] = current_version(self.lakehouse, table)
        self.rows_in += rows
        self.rows_out += rows

    def reject(self, rejections: Sequence[Rejection]) -> int:
        """Refuse rows, each with a reason that can be read in the table rejections; how many."""
        rows = [asdict(one) for one in rejections]
        return self.reject_frame(_frame(self, "rejections", rows).select(*REFUSAL_COLUMNS)) if rows else 0

    def reject_frame(self, refused: DataFrame) -> int:
        """The same for a frame with the columns of a Rejection."""
        rows = rejection_frame(refused, self.step, self.run_id)
        written = self._wrote(append_missing(self.lakehouse, "rejections", rows, self.run_id), counts=False)
        self.rows_rejected += written.rows
        return written.rows

    def check_balance(self) -> None:
        """Whether every row that was taken up so far was delivered or refused."""
        if self.rows_in != self.rows_out + self.rows_rejected:
            missing = self.rows_in - self.rows_out - self.rows_rejected
            raise RowsOutOfBalance(
                f"{self.step} took up {self.rows_in} rows, but delivered {self.rows_out} and refused "
                f"{self.rows_rejected}: {missing} are unaccounted for. This is a fault in the step, not in your data; "
                "what it wrote is keyed, so a mended step can simply run again."
            )

    def _signed(self, frame: DataFrame) -> DataFrame:
        from pyspark.sql import functions as F

        return frame.withColumn("run_id", F.lit(self.run_id))

    def _wrote(self, written: Written, counts: bool) -> Written:
        self.outputs[written.table] = written.version
        if counts:
            self.rows_out += written.rows
            self.rows_new += written.new
        return written


@contextmanager
def step_run(
    lakehouse: Lakehouse,
    step: str,
    provenance: Provenance,
    round: int | None = None,
    asked: Mapping[str, str] | None = None,
) -> Iterator[StepRun]:
    """Run a step inside the ledger: done and balanced, or failed with the class of its error, and the error goes on."""
    run = StepRun(lakehouse, step, round, asked or {})
    started, clock = datetime.now(timezone.utc), time.monotonic()
    try:
        yield run
        run.check_balance()
    except BaseException as failure:
        _record_failure(run, provenance, started, time.monotonic() - clock, failure)
        raise
    if run.is_idle:
        return
    fault_point("rim.before_ledger")
    _record(run, provenance, started, time.monotonic() - clock)
    fault_point("rim.after_ledger")


def _record(
    run: StepRun, provenance: Provenance, started: datetime, seconds: float, failure: str | None = None
) -> None:
    costs = [] if failure else run.costs
    if costs:
        rows = [{"run_id": run.run_id, "step": run.step, **asdict(cost)} for cost in costs]
        append_missing(run.lakehouse, "costs", _frame(run, "costs", rows), run.run_id, is_own=True)
    row = {column.name: getattr(run, column.name, None) for column in table_named("runs").columns}
    row |= asdict(provenance)
    row |= {"asked": dict(run.asked), "overrides": list(provenance.overrides)}
    row |= {"started_at": started, "seconds": seconds, "status": "failed" if failure else "done", "failure": failure}
    append_missing(run.lakehouse, "runs", _frame(run, "runs", [row]), run.run_id, is_own=True)


def _record_failure(
    run: StepRun, provenance: Provenance, started: datetime, seconds: float, failure: BaseException
) -> None:
    """Best effort: the ledger must never hide the error that it is about."""
    try:
        _record(run, provenance, started, seconds, failure=type(failure).__name__)
    except Exception as second:
        logger.warning("the failure of %s could not be recorded in runs: %s", run.step, type(second).__name__)


def _frame(run: StepRun, table: str, rows: list[dict[str, Any]]) -> DataFrame:
    return frame_of(run.lakehouse.spark, table_named(table), rows)
