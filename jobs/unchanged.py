"""Whether a step has anything new to do since its last run; where tables are local, asked without starting Spark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobs.options import Asked
    from lakehouse.asking import Asker
    from lakehouse.place import Lakehouse


def is_unchanged(
    asked: Asked,
    lakehouse: Lakehouse | None,
    step: str,
    tables: Iterable[str],
    round: int,
    asked_for: Mapping[str, str] | None = None,
) -> bool:
    """Whether the step's last run, asked for the same, found or left these tables as they are."""
    from lakehouse.last_run import would_repeat
    from lakehouse.provenance import provenance_of

    versions = {table: table_version(asked, lakehouse, table) for table in tables}
    asker = asker_of(asked, lakehouse)
    return would_repeat(asker, step, round, versions, provenance_of(asked.resolved), asked_for)


def asker_of(asked: Asked, lakehouse: Lakehouse | None) -> Asker:
    """DuckDB where tables are files here, else the session."""
    from lakehouse.asking import duckdb_asker, quickest_asker

    return quickest_asker(lakehouse) if lakehouse else duckdb_asker(asked.place)


def table_version(asked: Asked, lakehouse: Lakehouse | None, table: str) -> int | None:
    """A table's Delta version, or None where there is no such table."""
    if asked.place.is_local:
        from lakehouse.query.views import open_table

        return int(open_table(asked.place, table).version()) if table in asked.place.local_tables() else None
    from lakehouse.read import current_version

    assert lakehouse is not None
    return current_version(lakehouse, table) if lakehouse.exists(table) else None
