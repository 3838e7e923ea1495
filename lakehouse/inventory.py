"""What tables there are, how big they are and what was done to them; for local tables without a JVM."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from lakehouse.declaration import Table
from lakehouse.place import Lakehouse, Place
from lakehouse.query.views import open_table
from lakehouse.read import TableNotFound, current_version
from lakehouse.tables import TABLES, table_named

ROW_METRICS = ("numTargetRowsInserted", "numOutputRows", "numDeletedRows", "numUpdatedRows")


@dataclass(frozen=True)
class Standing:
    """How a declared table stands; only its declaration is known while nothing has made it."""

    table: Table
    version: int | None = None
    rows: int | None = None
    bytes: int | None = None
    written_at: datetime | None = None

    @property
    def is_made(self) -> bool:
        return self.version is not None


@dataclass(frozen=True)
class Commit:
    """One version of a table: when and how it came about, how many rows it wrote, and by which run."""

    version: int
    committed_at: datetime
    operation: str
    rows: int | None
    run_id: str | None


def inventory(place: Place, names: Sequence[str] = ()) -> list[Standing]:
    """The named tables, or all of them, from the logs of local tables."""
    return [_standing(place, table_named(name)) for name in names or TABLES]


def _standing(place: Place, table: Table) -> Standing:
    try:
        opened = open_table(place, table.name)
    except TableNotFound:
        return Standing(table)
    files = opened.get_add_actions()
    rows, sizes = files["num_records"].to_pylist(), files["size_bytes"].to_pylist()
    counted = None if None in rows else sum(rows)
    last = _commit(opened.history(1)[0])
    return Standing(table, opened.version(), counted, sum(sizes), last.committed_at)


def inventory_by_spark(lakehouse: Lakehouse, names: Sequence[str] = ()) -> list[Standing]:
    """The same for tables of a catalog; rows are counted, which Delta does from its statistics."""
    return [_standing_by_spark(lakehouse, table_named(name)) for name in names or TABLES]


def _standing_by_spark(lakehouse: Lakehouse, table: Table) -> Standing:
    if not lakehouse.exists(table.name):
        return Standing(table)
    identifier = lakehouse.identifier(table.name)
    detail = lakehouse.spark.sql(f"DESCRIBE DETAIL {identifier}").collect()[0]
    rows = lakehouse.spark.table(identifier).count()
    written_at = detail["lastModified"].astimezone(timezone.utc)
    return Standing(table, current_version(lakehouse, table.name), rows, detail["sizeInBytes"], written_at)


def history(place: Place, name: str, limit: int | None = None) -> list[Commit]:
    """The versions of a local table, the latest first."""
    return [_commit(entry) for entry in open_table(place, table_named(name).name).history(limit)]


def history_by_spark(lakehouse: Lakehouse, name: str, limit: int | None = None) -> list[Commit]:
    """The same for a table of a catalog."""
    current_version(lakehouse, table_named(name).name)
    last = f" LIMIT {limit}" if limit else ""
    entries = lakehouse.spark.sql(f"DESCRIBE HISTORY {lakehouse.identifier(name)}{last}").collect()
    return [_commit(entry.asDict()) for entry in entries]


def _commit(entry: dict[str, Any]) -> Commit:
    metrics = entry.get("operationMetrics") or {}
    rows = next((int(metrics[name]) for name in ROW_METRICS if name in metrics), None)
    return Commit(
        int(entry["version"]),
        _moment(entry["timestamp"]),
        entry["operation"],
        rows,
        entry.get("userMetadata") or None,
    )


def _moment(timestamp: int | datetime) -> datetime:
    """The log has milliseconds, Spark a time of the machine's own zone."""
    if isinstance(timestamp, datetime):
        return timestamp.astimezone(timezone.utc)
    return datetime.fromtimestamp(timestamp / 1000, timezone.utc)
