"""One query for few rows and for many: on the driver DuckDB answers in milliseconds, and Spark wherever they are."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    import pyarrow
    from duckdb import DuckDBPyConnection
    from pyspark.sql import DataFrame

Rows = Union["pyarrow.Table", "DataFrame"]


def asked(query: str, **rows: Any) -> Any:
    """What a query answers in which a name in braces stands for rows: all of them Arrow tables, or frames of Spark."""
    import pyarrow

    if not all(isinstance(some, pyarrow.Table) for some in rows.values()):
        return next(iter(rows.values())).sparkSession.sql(query, **rows)
    with _database().cursor() as connection:
        for name, some in rows.items():
            connection.register(name, some)
        return connection.sql(query.format(**{name: name for name in rows})).to_arrow_table()


@cache
def _database() -> DuckDBPyConnection:
    """One for the process, for it takes longer to make than most queries; nothing is kept in it."""
    import duckdb

    return duckdb.connect()


def in_order(columns: tuple[str, ...]) -> str:
    """The columns for ORDER BY; nothing comes last."""
    return ", ".join(f"{name} NULLS LAST" for name in columns)
