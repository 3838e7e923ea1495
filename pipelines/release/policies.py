"""The rows of policies that a release is about."""

from __future__ import annotations

from typing import Any

from lakehouse.rim import StepRun

KIND = "tuned"


class NothingToRelease(LookupError):
    """There is no tuned model, or not the one that was named."""


def policy_row(run: StepRun, policy_id: str | None) -> dict[str, Any]:
    """The tuned model of this id, or the newest where none is named."""
    from pyspark.sql import functions as F

    tuned = run.read("policies").where(F.col("kind") == KIND)
    wanted = tuned.where(F.col("policy_id") == policy_id) if policy_id else tuned
    timed = wanted.join(run.read("runs").select("run_id", "started_at"), on="run_id", how="left")
    newest = timed.orderBy(F.desc("round"), F.desc_nulls_last("started_at"), "policy_id").first()
    if newest is None:
        named = f"with the id {policy_id}" if policy_id else "in the table policies"
        raise NothingToRelease(
            f"expected a tuned model {named}, and there is none. `lakewheel tune` makes one; "
            '`lakewheel sql "SELECT policy_id, kind, name, round FROM policies"` lists what is there.'
        )
    return dict(newest.asDict())
