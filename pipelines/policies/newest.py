"""The model that was made last, of those of a kind."""

from __future__ import annotations

from typing import Any

from lakehouse.place import Lakehouse
from lakehouse.read import read

TUNED = "tuned"
"""The kind of a policy that `tune` made."""


def newest_policy(lakehouse: Lakehouse, kind: str, policy_id: str | None = None) -> dict[str, Any] | None:
    """The row of the newest policy of a kind, or of the one that is named; None where there is none."""
    from pyspark.sql import functions as F

    if not lakehouse.exists("policies"):
        return None
    known = read(lakehouse, "policies").frame.where(F.col("kind") == kind)
    wanted = known.where(F.col("policy_id") == policy_id) if policy_id else known
    runs = read(lakehouse, "runs").frame.select("run_id", "started_at")
    timed = wanted.join(runs, on="run_id", how="left")
    newest = timed.orderBy(F.col("round").desc(), F.col("started_at").desc_nulls_last(), "policy_id").first()
    return None if newest is None else dict(newest.asDict())
