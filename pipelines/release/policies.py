"""The row of the tuned model that a release is about."""

from __future__ import annotations

from typing import Any

from lakehouse.rim import StepRun
from pipelines.policies.newest import TUNED, newest_policy


class NothingToRelease(LookupError):
    """There is no tuned model, or not the one that was named."""


def policy_row(run: StepRun, policy_id: str | None) -> dict[str, Any]:
    """The tuned model of this id, or the newest where none is named."""
    found = newest_policy(run.lakehouse, TUNED, policy_id)
    if found is None:
        named = f"with the id {policy_id}" if policy_id else "in the table policies"
        raise NothingToRelease(
            f"expected a tuned model {named}, and there is none. `lakewheel tune` makes one; "
            '`lakewheel sql "SELECT policy_id, kind, name, round FROM policies"` lists what is there.'
        )
    return found
