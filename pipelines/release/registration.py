"""An accepted model in the registry: a version with its lineage as tags, and the alias challenger on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lakehouse.provenance import Provenance
from pipelines.release.files import artifacts_digest
from pipelines.release.registry import CHALLENGER, Registry, Version

TOLD = ("policy_id", "parent_policy_id", "example_set_id", "round", "run_id", "method", "model_digest", "licence")
"""The columns of a policy that its version carries as tags."""
VERDICT = "verdict_id"


def as_challenger(
    registry: Registry, row: Mapping[str, Any], verdict_id: str, provenance: Provenance
) -> tuple[Version, bool]:
    """The version that is this policy, made if there is none, at the alias; and whether anything has changed."""
    version, has_changed = registry.version_of(row["policy_id"]), False
    if version is None:
        tags = lineage_tags(row, verdict_id, provenance) | _artifact_tags(registry, row)
        version, has_changed = registry.register(row["policy_id"], row["tracking_run_id"], tags), True
    elif version.tags.get(VERDICT) != verdict_id:
        registry.retag(version, VERDICT, verdict_id)
        has_changed = True
    at = registry.at_alias(CHALLENGER)
    if at is None or at.number != version.number:
        registry.point(CHALLENGER, version)
        has_changed = True
    return version, has_changed


def lineage_tags(row: Mapping[str, Any], verdict_id: str, provenance: Provenance) -> dict[str, str]:
    """Where it comes from, so that whoever sees the version finds every row behind it."""
    known = {name: str(row[name]) for name in TOLD if row[name] is not None}
    code = {"git_commit": provenance.git_commit} if provenance.git_commit else {}
    return known | code | {VERDICT: verdict_id, "package_version": provenance.package_version}


def _artifact_tags(registry: Registry, row: Mapping[str, Any]) -> dict[str, str]:
    """What MLflow's copy is known by, where it lies on this machine."""
    location = registry.artifacts_of(row["policy_id"], row["tracking_run_id"])
    digest = artifacts_digest(location)
    return {"artifact_location": location, "artifact_digest": digest} if digest else {}
