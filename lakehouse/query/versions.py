"""Which versions of a local table can be read, and which was current at a time, by the rule that Delta itself uses."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from lakehouse.query.words import Mention, QueryError

if TYPE_CHECKING:
    from deltalake import DeltaTable


def check_version(opened: DeltaTable, table: str, version: int) -> None:
    """Move an opened table to a version, or say which there are."""
    from deltalake.exceptions import DeltaError

    latest = opened.version()
    if not 0 <= version <= latest:
        raise QueryError(f"`{table}` has the versions 0 to {latest}, got VERSION AS OF {version}. {_see(table)}")
    try:
        opened.load_as_version(version)
    except DeltaError:
        raise QueryError(
            f"version {version} of `{table}` can no longer be read: its log is kept for lakehouse.log_retention_days "
            f"only. {_see(table)}"
        ) from None


def version_at(folder: Path, mention: Mention) -> int:
    """The last version committed by then; Delta goes by the log files' own times, made to rise strictly."""
    asked = _milliseconds(mention)
    commits = _commits(folder)
    (_, first), (_, last) = commits[0], commits[-1]
    if not first <= asked <= last:
        raise QueryError(
            f"`{mention.table}` was committed to between {_said(first)} and {_said(last)}, got TIMESTAMP AS OF "
            f"'{mention.point}'. For the latest version leave the AS OF out. {_see(mention.table)}"
        )
    return max(version for version, committed in commits if committed <= asked)


def _commits(folder: Path) -> list[tuple[int, int]]:
    files = sorted(file for file in (folder / "_delta_log").glob("*.json") if file.stem.isdigit())
    commits: list[tuple[int, int]] = []
    for file in files:
        committed = file.stat().st_mtime_ns // 1_000_000
        if commits:
            committed = max(committed, commits[-1][1] + 1)
        commits.append((int(file.stem), committed))
    return commits


def _milliseconds(mention: Mention) -> int:
    import duckdb

    try:
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'")
        found = connection.execute("SELECT epoch_ms(?::TIMESTAMPTZ)", [mention.point])
    except duckdb.Error:
        raise QueryError(
            f"expected a time such as '2026-11-21 12:00:00' (UTC unless it says otherwise), got '{mention.point}'."
        ) from None
    (milliseconds,) = found.fetchall()[0]
    return int(milliseconds)


def _said(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1000, timezone.utc)
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def _see(table: str) -> str:
    return f"`lakewheel history {table}` lists them."
