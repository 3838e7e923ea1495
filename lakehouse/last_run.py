"""Whether a step would only repeat its last run: the same input versions, settings and code; asked without Spark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lakehouse.asking import Asker
from lakehouse.provenance import Provenance

MADE_BY = ("settings_fingerprint", "git_commit", "package_version")


def would_repeat(asker: Asker, step: str, round: int | None, inputs: Mapping[str, int], provenance: Provenance) -> bool:
    """Whether the last run of the step that got done read these versions, for this round, made by the same."""
    if not asker.exists("runs"):
        return False
    columns = ", ".join(("inputs", "round", *MADE_BY))
    done = f"step = {asker.dialect.literal(step)} AND status = 'done'"
    rows = asker.rows(f"SELECT {columns} FROM {asker.called('runs')} WHERE {done} ORDER BY started_at DESC LIMIT 1")
    return bool(rows) and _same(rows[0], round, inputs, provenance)


def _same(last: dict[str, Any], round: int | None, inputs: Mapping[str, int], provenance: Provenance) -> bool:
    versions = {table: last["inputs"].get(table) for table in inputs}
    made_by = all(last[name] == getattr(provenance, name) for name in MADE_BY)
    return made_by and last["round"] == round and versions == dict(inputs)
