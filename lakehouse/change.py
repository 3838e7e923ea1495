"""Changes of rows that are there: some columns by key, and what an erasure or a step that derives anew deletes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lakehouse.asking import SPARK
from lakehouse.contract import check_contract
from lakehouse.ensure import ensure
from lakehouse.faults import fault_point
from lakehouse.frames import held
from lakehouse.lock import commit_lock
from lakehouse.merge import (
    COMMIT_NOTE,
    any_differs,
    arriving,
    check_refreshed,
    commit_conf,
    is_news,
    merging,
    run_merge,
    updating,
)
from lakehouse.place import Lakehouse
from lakehouse.read import current_version
from lakehouse.storage_errors import disk_errors_said_plainly
from lakehouse.tables import table_named
from lakehouse.write import Written

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def change_columns(lakehouse: Lakehouse, name: str, frame: DataFrame, note: str = "") -> Written:
    """Change rows that are there, by a frame of their keys and of nothing but the columns to change."""
    table = table_named(name)
    columns = [column for column in frame.columns if column not in table.key]
    check_refreshed(table, columns)
    ensure(lakehouse, name)
    with held(frame) as rows, disk_errors_said_plainly(lakehouse.place.home.folder):
        content = check_contract(rows, table.only(frame.columns))
        fault_point("write.checked")
        with commit_lock(lakehouse, name), arriving(lakehouse, rows):
            if content.rows and is_news(lakehouse, table, any_differs(table, columns), "JOIN"):
                run_merge(lakehouse, f"{merging(lakehouse, table)} {updating(table, columns)}", {COMMIT_NOTE: note})
            return Written(name, content.rows, 0, current_version(lakehouse, name))


def delete_rows(lakehouse: Lakehouse, name: str, condition: str, note: str) -> int:
    """Delete the rows that meet a condition; how many there were. Erasure uses it, no step does."""
    return _change(lakehouse, name, f"DELETE FROM {lakehouse.identifier(name)} WHERE {condition}", note)


def delete_keys(lakehouse: Lakehouse, name: str, keys: DataFrame, note: str) -> int:
    """Delete the rows that a frame of keys names; how many there were. For rows that a step derives anew."""
    table = table_named(name)
    with held(keys.select(*table.key)) as rows, arriving(lakehouse, rows):
        if rows.isEmpty():
            return 0
        return _change(lakehouse, name, f"{merging(lakehouse, table)} WHEN MATCHED THEN DELETE", note)


def trim_arrays(lakehouse: Lakehouse, name: str, column: str, ids: Sequence[str], condition: str, note: str) -> int:
    """Take ids out of an array column where the condition holds; how many rows changed. Erasure uses it."""
    listed = ", ".join(SPARK.literal(one) for one in ids)
    statement = (
        f"UPDATE {lakehouse.identifier(name)} SET `{column}` = array_except(`{column}`, array({listed})) "
        f"WHERE {condition}"
    )
    return _change(lakehouse, name, statement, note)


def clear_references(lakehouse: Lakehouse, name: str, column: str, condition: str, note: str) -> int:
    """Set a column to null where the condition holds; how many rows changed. Erasure uses it."""
    statement = f"UPDATE {lakehouse.identifier(name)} SET `{column}` = NULL WHERE {condition}"
    return _change(lakehouse, name, statement, note)


def _change(lakehouse: Lakehouse, name: str, statement: str, note: str) -> int:
    with commit_lock(lakehouse, name), commit_conf(lakehouse, {COMMIT_NOTE: note}):
        fault_point("write.before_change")
        changed = lakehouse.spark.sql(statement).first()
        fault_point("write.after_change")
    return int(changed["num_affected_rows"]) if changed else 0
