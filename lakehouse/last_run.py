"""Whether a step would only repeat its last run: the same input versions, settings and code; asked without Spark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lakehouse.asking import Asker
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
    if not asker.exists("runs"):
        return False
    done = f"step = {asker.dialect.literal(step)} AND status = 'done'"
    rows = asker.rows(f"SELECT * FROM {asker.called('runs')} WHERE {done} ORDER BY started_at DESC LIMIT 1")
    return bool(rows) and _same({name: rows[0].get(name) for name in TOLD}, round, versions, provenance, asked or {})


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
