"""Carry out an erasure: delete from the leaves to the root, then remove the bytes; after a kill, run it again."""

from __future__ import annotations

from conf import TrackingSettings
from lakehouse.asking import SPARK, portions
from lakehouse.change import clear_references, delete_rows, trim_arrays
from lakehouse.erasure import Doomed, ErasurePlan, erasable_tables
from lakehouse.faults import fault_point
from lakehouse.forgetting import forget_prompts
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import step_run
from lakehouse.staging import MANIFEST
from lakehouse.tables import table_named
from lakehouse.upkeep import vacuum

STEP = "erase"


class UnfinishedWork(RuntimeError):
    """A step that did not end left files that may hold the person's data."""


def erase(lakehouse: Lakehouse, plan: ErasurePlan, provenance: Provenance, tracking: TrackingSettings) -> int:
    """Do what the plan says; how many rows changed. The ledger gets counts and versions, and nothing about whom.

    MLflow forgets first, for the tables tell what it has to forget.
    """
    _refuse_while_unfinished(lakehouse)
    forget_prompts(tracking, lakehouse.place.home, plan.prompts)
    with step_run(lakehouse, STEP, provenance) as run:
        for one in plan.doomed:
            changed = sum(_do(lakehouse, one, some, run.run_id) for some in portions(one.ids))
            run.settle(one.table, changed)
            fault_point("erase.between")
        for name in filter(lakehouse.exists, erasable_tables()):
            vacuum(lakehouse, name, keep_hours=0)
            fault_point("erase.between_vacuums")
    return run.rows_out


def _do(lakehouse: Lakehouse, one: Doomed, ids: list[str], note: str) -> int:
    column = table_named(one.table)[one.column]
    condition = SPARK.names(column, ids)
    if one.deed == "delete":
        return delete_rows(lakehouse, one.table, condition, note)
    if one.deed == "clear":
        return clear_references(lakehouse, one.table, one.column, condition, note)
    return trim_arrays(lakehouse, one.table, one.column, ids, condition, note)


def _refuse_while_unfinished(lakehouse: Lakehouse) -> None:
    home = lakehouse.place.home
    left = {manifest.parent for manifest in home.staging.rglob(MANIFEST)}  # rows that were not merged
    left |= {examples.parent for examples in home.checkpoints.rglob("*.parquet")}  # of a training
    if left:
        raise UnfinishedWork(
            "what a step left that did not end may hold the person's data: "
            f"{', '.join(sorted(map(str, left)))}. Run that step again so that it ends, or delete those folders; then "
            "erase. Nothing was erased."
        )
