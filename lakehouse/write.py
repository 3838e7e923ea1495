"""Every write of rows: checked against the contract, committed under the table's lock, and safe to repeat.

A batch is known by a digest of its content. Delta stores that digest as a transaction identity together with the rows,
so the same batch is recognised even when the process died between the commit and whatever it meant to do next; the key
decides for every row that comes again in another batch. A batch that refreshes columns is known by what it would change
instead: a value may have been changed since by somebody else, and then the same batch is news again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lakehouse.asking import SPARK
from lakehouse.contract import Content, check_contract, digests
from lakehouse.declaration import Table
from lakehouse.ensure import ensure
from lakehouse.faults import fault_point
from lakehouse.frames import held
from lakehouse.lock import commit_lock
from lakehouse.place import Lakehouse
from lakehouse.read import current_version
from lakehouse.storage_errors import disk_errors_said_plainly
from lakehouse.tables import table_named

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

TRANSACTION = "spark.databricks.delta.write.txn"
COMMIT_NOTE = "spark.databricks.delta.commitInfo.userMetadata"
ARRIVING = "lakewheel_arriving"


@dataclass(frozen=True)
class Written:
    """What a write came to: rows offered, rows that were new, and the version that holds them."""

    table: str
    rows: int
    new: int
    version: int


class RoundMovedOn(RuntimeError):
    """Another process replaced the round while this one was about to."""


def append_missing(
    lakehouse: Lakehouse, name: str, frame: DataFrame, note: str = "", refresh: Sequence[str] = ()
) -> Written:
    """Insert the rows whose key is not there yet; a row that is there stays as it is but for columns to refresh."""
    table = table_named(name)
    _may_be_refreshed(table, refresh)
    ensure(lakehouse, name)
    with held(frame) as rows, disk_errors_said_plainly(lakehouse.place.home.folder):
        content = check_contract(rows, table)
        fault_point("write.checked")
        with commit_lock(lakehouse, name):
            new = _merge(lakehouse, table, rows, content, note, refresh) if content.rows else 0
            return Written(name, content.rows, new, current_version(lakehouse, name))


def replace_round(lakehouse: Lakehouse, name: str, round: int, frame: DataFrame, note: str = "") -> Written:
    """Make these rows the whole of a round, in one commit; the same rows again commit nothing."""
    table = table_named(name)
    ensure(lakehouse, name)
    with held(frame) as rows, disk_errors_said_plainly(lakehouse.place.home.folder):
        content = check_contract(rows, table)
        _all_in_round(rows, table, round)
        fault_point("write.checked")
        with commit_lock(lakehouse, name):
            if _round_content(lakehouse, table, round) == content:
                return Written(name, content.rows, 0, current_version(lakehouse, name))
            version = _overwrite(lakehouse, table, rows, round, note)
            return Written(name, content.rows, content.rows, version)


def delete_rows(lakehouse: Lakehouse, name: str, condition: str, note: str) -> int:
    """Delete the rows that meet a condition; how many there were. Erasure uses it, no step does."""
    return _change(lakehouse, name, f"DELETE FROM {lakehouse.identifier(name)} WHERE {condition}", note)


def delete_keys(lakehouse: Lakehouse, name: str, keys: DataFrame, note: str) -> int:
    """Delete the rows that a frame of keys names; how many there were. For rows that a step derives anew."""
    table = table_named(name)
    with held(keys.select(*table.key)) as rows, _arriving(lakehouse, rows):
        if rows.isEmpty():
            return 0
        statement = (
            f"MERGE INTO {lakehouse.identifier(name)} AS there USING {ARRIVING} AS came ON {_same_key(table)} "
            "WHEN MATCHED THEN DELETE"
        )
        return _change(lakehouse, name, statement, note)


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
    with commit_lock(lakehouse, name), _commit_conf(lakehouse, {COMMIT_NOTE: note}):
        fault_point("write.before_change")
        changed = lakehouse.spark.sql(statement).first()
        fault_point("write.after_change")
    return int(changed["num_affected_rows"]) if changed else 0


def _merge(
    lakehouse: Lakehouse, table: Table, rows: DataFrame, content: Content, note: str, refresh: Sequence[str]
) -> int:
    there, same_key = lakehouse.identifier(table.name), _same_key(table)
    differs = " OR ".join(_differs(table, column) for column in refresh)
    values = ", ".join(f"there.`{column}` = came.`{column}`" for column in refresh)
    update = f"WHEN MATCHED AND ({differs}) THEN UPDATE SET {values} " if refresh else ""
    statement = (
        f"MERGE INTO {there} AS there USING {ARRIVING} AS came ON {same_key} {update}WHEN NOT MATCHED THEN INSERT *"
    )
    note_alone = {COMMIT_NOTE: note}
    with _arriving(lakehouse, rows.select(*table.names)):
        if refresh:
            return _run_merge(lakehouse, statement, note_alone) if _news(lakehouse, table, differs) else 0
        new = _run_merge(lakehouse, statement, note_alone | _transaction(table, content))
        if not new and _news(lakehouse, table, "false"):  # rows were deleted since: the transaction hides that
            new = _run_merge(lakehouse, statement, note_alone)
    return new


def _differs(table: Table, column: str) -> str:
    """Spark compares no maps, so those go as their entries in order."""
    sides = [f"{side}.`{column}`" for side in ("there", "came")]
    if table[column].type.startswith("map<"):
        sides = [f"array_sort(map_entries({side}))" for side in sides]
    return f"NOT ({sides[0]} <=> {sides[1]})"


def _run_merge(lakehouse: Lakehouse, statement: str, conf: dict[str, str]) -> int:
    with _commit_conf(lakehouse, conf):
        fault_point("write.before_commit")
        merged = lakehouse.spark.sql(statement).first()
        fault_point("write.after_commit")
    return int(merged["num_inserted_rows"]) if merged else 0


def _same_key(table: Table) -> str:
    return " AND ".join(f"there.`{column}` = came.`{column}`" for column in table.key)


def _transaction(table: Table, content: Content) -> dict[str, str]:
    return {f"{TRANSACTION}AppId": f"lakewheel/{table.name}/{content.digest}", f"{TRANSACTION}Version": "1"}


def _news(lakehouse: Lakehouse, table: Table, differs: str) -> bool:
    """Whether the batch would insert or change a row; a merge that does neither would still commit a version."""
    found = lakehouse.spark.sql(
        f"SELECT 1 FROM {ARRIVING} AS came LEFT JOIN {lakehouse.identifier(table.name)} AS there "
        f"ON {_same_key(table)} WHERE there.`{table.key[0]}` IS NULL OR {differs} LIMIT 1"
    )
    return found.first() is not None


def _may_be_refreshed(table: Table, columns: Sequence[str]) -> None:
    wrong = [column for column in columns if column not in table.names or column in table.key]
    if wrong:
        raise ValueError(
            f"expected columns of `{table.name}` that are not in its key to refresh, got {', '.join(wrong)}. "
            f"`lakewheel tables {table.name}` lists them."
        )


def _overwrite(lakehouse: Lakehouse, table: Table, rows: DataFrame, round: int, note: str) -> int:
    before = current_version(lakehouse, table.name)
    fault_point("write.before_commit")
    writer = (
        rows.select(*table.names)
        .write.format("delta")
        .mode("overwrite")
        .option("replaceWhere", f"round = {round}")
        .option("txnAppId", f"lakewheel/{table.name}/round/{round}")
        .option("txnVersion", before + 1)
        .option("userMetadata", note)
    )
    if lakehouse.place.is_local:
        writer.save(str(lakehouse.place.folder(table.name)))
    else:
        writer.saveAsTable(lakehouse.identifier(table.name))
    fault_point("write.after_commit")
    after = current_version(lakehouse, table.name)
    if after == before:
        raise RoundMovedOn(
            f"round {round} of `{table.name}` was replaced by another process at version {before} or later, so this "
            "one's rows were not written. Run the step again: it will read what the other one wrote."
        )
    return after


def _all_in_round(rows: DataFrame, table: Table, round: int) -> None:
    if not table.by_round:
        raise ValueError(
            f"`{table.name}` has no column `round`, so no round of it can be replaced; use append_missing."
        )
    strays = rows.where(f"round <> {round}").count()
    if strays:
        raise ValueError(
            f"expected only rows of round {round} for `{table.name}`, but {strays} belong to other rounds."
        )


def _round_content(lakehouse: Lakehouse, table: Table, round: int) -> Content:
    from pyspark.sql import functions as F

    there = lakehouse.spark.table(lakehouse.identifier(table.name)).where(f"round = {round}")
    return Content.of(there.agg(F.count(F.lit(1)).alias("rows"), *digests(table)).first())


@contextmanager
def _arriving(lakehouse: Lakehouse, rows: DataFrame) -> Iterator[None]:
    rows.createOrReplaceTempView(ARRIVING)
    try:
        yield
    finally:
        lakehouse.spark.catalog.dropTempView(ARRIVING)


@contextmanager
def _commit_conf(lakehouse: Lakehouse, conf: dict[str, str]) -> Iterator[None]:
    """Session settings that Delta reads at a commit; the table's lock keeps this process's other threads away."""
    for name, value in conf.items():
        lakehouse.spark.conf.set(name, value)
    try:
        yield
    finally:
        for name in conf:
            lakehouse.spark.conf.unset(name)
