"""A batch merged into a table by its key: the words of the statement, and the session settings of its commit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lakehouse.declaration import Table
from lakehouse.faults import fault_point
from lakehouse.place import Lakehouse

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

COMMIT_NOTE = "spark.databricks.delta.commitInfo.userMetadata"
ARRIVING = "lakewheel_arriving"


def merging(lakehouse: Lakehouse, table: Table) -> str:
    """The beginning of a statement: which rows meet."""
    return f"MERGE INTO {lakehouse.identifier(table.name)} AS there USING {ARRIVING} AS came ON {same_key(table)}"


def updating(table: Table, columns: Sequence[str]) -> str:
    """Its part that changes columns of rows that are there, where any of them differs."""
    values = ", ".join(f"there.`{column}` = came.`{column}`" for column in columns)
    return f"WHEN MATCHED AND ({any_differs(table, columns)}) THEN UPDATE SET {values}"


def any_differs(table: Table, columns: Sequence[str]) -> str:
    """Whether what came says something else in any of the columns; nothing equals nothing."""
    return " OR ".join(_differs(table, column) for column in columns)


def _differs(table: Table, column: str) -> str:
    """Spark compares no maps, so those go as their entries in order."""
    sides = [f"{side}.`{column}`" for side in ("there", "came")]
    if table[column].type.startswith("map<"):
        sides = [f"array_sort(map_entries({side}))" for side in sides]
    return f"NOT ({sides[0]} <=> {sides[1]})"


def run_merge(lakehouse: Lakehouse, statement: str, conf: dict[str, str]) -> int:
    """Commit a merge; how many rows it inserted."""
    with commit_conf(lakehouse, conf):
        fault_point("write.before_commit")
        merged = lakehouse.spark.sql(statement).first()
        fault_point("write.after_commit")
    return int(merged["num_inserted_rows"]) if merged else 0


def same_key(table: Table) -> str:
    """Whether two rows have the same key."""
    return " AND ".join(f"there.`{column}` = came.`{column}`" for column in table.key)


def is_news(lakehouse: Lakehouse, table: Table, differs: str, joined: str = "LEFT JOIN") -> bool:
    """Whether the batch would insert or change a row; a merge that does neither would still commit a version."""
    found = lakehouse.spark.sql(
        f"SELECT 1 FROM {ARRIVING} AS came {joined} {lakehouse.identifier(table.name)} AS there "
        f"ON {same_key(table)} WHERE there.`{table.key[0]}` IS NULL OR {differs} LIMIT 1"
    )
    return found.first() is not None


def check_refreshed(table: Table, columns: Sequence[str]) -> None:
    """Only declared columns outside the key may change in a row that is there."""
    wrong = [column for column in columns if column not in table.names or column in table.key]
    if wrong:
        raise ValueError(
            f"expected columns of `{table.name}` that are not in its key to refresh, got {', '.join(wrong)}. "
            f"`lakewheel tables {table.name}` lists them."
        )


@contextmanager
def arriving(lakehouse: Lakehouse, rows: DataFrame) -> Iterator[None]:
    """The rows under the name that the statements call them by."""
    rows.createOrReplaceTempView(ARRIVING)
    try:
        yield
    finally:
        lakehouse.spark.catalog.dropTempView(ARRIVING)


@contextmanager
def commit_conf(lakehouse: Lakehouse, conf: dict[str, str]) -> Iterator[None]:
    """Session settings that Delta reads at a commit; the table's lock keeps this process's other threads away."""
    for name, value in conf.items():
        lakehouse.spark.conf.set(name, value)
    try:
        yield
    finally:
        for name in conf:
            lakehouse.spark.conf.unset(name)
