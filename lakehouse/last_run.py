"""The last run of a step: what it read and was asked for, and whether another would only repeat it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lakehouse.asking import Asker, Row
from lakehouse.provenance import Provenance

MADE_BY = ("settings_fingerprint", "git_commit", "package_version")
TOLD = ("inputs", "outputs", "round", "asked", "is_complete", *MADE_BY)


def would_repeat(
    asker: Asker,
    step: str,
    round: int | None,
    versions: Mapping[str, int | None],
    provenance: Provenance,
    asked: Mapping[str, str] | None = None,
) -> bool:
    """Whether the step's last run left nothing to do: as asked now, and every table as that run found or left it.

    The versions are those of all tables that the step reads, None for one that is not there.
    """
    last = last_run(asker, step)
    return last is not None and _same({name: last.get(name) for name in TOLD}, round, versions, provenance, asked or {})


def last_run(asker: Asker, step: str, within_hours: int | None = None) -> Row | None:
    """The step's row in runs that began last of those that are done; None where none is, or none began since."""
    if not asker.exists("runs"):
        return None
    done = f"step = {asker.dialect.literal(step)} AND status = 'done'"
    young = "" if within_hours is None else f" AND started_at > now() - INTERVAL {within_hours} HOURS"
    rows = asker.rows(f"SELECT * FROM {asker.called('runs')} WHERE {done}{young} ORDER BY started_at DESC LIMIT 1")
    return rows[0] if rows else None


def _same(
    last: Mapping[str, Any],
    round: int | None,
    versions: Mapping[str, int | None],
    provenance: Provenance,
    asked: Mapping[str, str],
) -> bool:
    left = {**last["inputs"], **last["outputs"]}
    made_by = all(last[name] == getattr(provenance, name) for name in MADE_BY)
    untouched = all(left.get(table) == version for table, version in versions.items())
    alike = last["round"] == round and (last["asked"] or {}) == dict(asked)
    return bool(made_by and alike and untouched and last["is_complete"])
