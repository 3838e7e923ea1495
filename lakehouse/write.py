"""Every write of rows: checked against the contract, committed under the table's lock, and safe to repeat.

A batch is known by a digest of its content. Delta stores that digest as a transaction identity together with the rows,
so the same batch is recognised even when the process died between the commit and whatever it meant to do next; the key
decides for every row that comes again in another batch. A batch that refreshes columns is known by what it would change
instead: a value may have been changed since by somebody else, and then the same batch is news again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lakehouse.contract import Content, check_contract
from lakehouse.declaration import Table
from lakehouse.ensure import ensure
from lakehouse.faults import fault_point
from lakehouse.frames import held
from lakehouse.lock import commit_lock
from lakehouse.merge import (
    COMMIT_NOTE,
    any_differs,
    arriving,
    check_refreshed,
    is_news,
    merging,
    run_merge,
    updating,
)
from lakehouse.place import Lakehouse
from lakehouse.read import current_version
from lakehouse.storage_errors import disk_errors_said_plainly
from lakehouse.tables import table_named

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

TRANSACTION = "spark.databricks.delta.write.txn"
NEW = 0
"""The version of a table that was made and never written."""


@dataclass(frozen=True)
class Written:
    """What a write came to: rows offered, rows that were new, and the version that holds them."""

    table: str
    rows: int
    new: int
    version: int


def append_missing(
    lakehouse: Lakehouse,
    name: str,
    frame: DataFrame,
    note: str = "",
    refresh: Sequence[str] = (),
    is_own: bool = False,
    absent_at: int | None = None,
) -> Written:
    """Insert the rows whose key is not there yet; a row that is there stays as it is but for columns to refresh.

    Where no key can be there none is looked for, which takes seconds: the table is new, the keys are the run's own, or
    nothing was written since a version at which the caller found them absent.
    """
    table = table_named(name)
    check_refreshed(table, refresh)
    ensure(lakehouse, name)
    with held(frame) as rows, disk_errors_said_plainly(lakehouse.place.home.folder):
        content = check_contract(rows, table)
        fault_point("write.checked")
        with commit_lock(lakehouse, name):
            if not content.rows:
                new = 0
            elif is_own or _is_still(lakehouse, name, absent_at):
                new = _append(lakehouse, table, rows, content, note, is_once=True)
            elif _is_still(lakehouse, name, NEW):
                new = _append(lakehouse, table, rows, content, note)
            else:
                new = _merge(lakehouse, table, rows, content, note, refresh)
            return Written(name, content.rows, new, current_version(lakehouse, name))


def _merge(
    lakehouse: Lakehouse, table: Table, rows: DataFrame, content: Content, note: str, refresh: Sequence[str]
) -> int:
    update = updating(table, refresh) if refresh else ""
    statement = f"{merging(lakehouse, table)} {update} WHEN NOT MATCHED THEN INSERT *"
    note_alone = {COMMIT_NOTE: note}
    with arriving(lakehouse, rows.select(*table.names)):
        if refresh:
            changes = is_news(lakehouse, table, any_differs(table, refresh))
            return run_merge(lakehouse, statement, note_alone) if changes else 0
        new = run_merge(lakehouse, statement, note_alone | _transaction(table, content))
        if not new and is_news(lakehouse, table, "false"):  # rows were deleted since: the transaction hides that
            new = run_merge(lakehouse, statement, note_alone)
    return new


def _transaction(table: Table, content: Content) -> dict[str, str]:
    return {f"{TRANSACTION}AppId": _application(table, content), f"{TRANSACTION}Version": "1"}


def _application(table: Table, content: Content) -> str:
    return f"lakewheel/{table.name}/{content.digest}"


def _is_still(lakehouse: Lakehouse, name: str, version: int | None) -> bool:
    """Whether nothing was written since; a catalog has no lock, and two writers at once would not see each other."""
    return lakehouse.place.is_local and current_version(lakehouse, name) == version


def _append(
    lakehouse: Lakehouse, table: Table, rows: DataFrame, content: Content, note: str, is_once: bool = False
) -> int:
    """What nobody repeats needs no transaction, for which Delta would work out the table's state."""
    known_by = {} if is_once else {"txnAppId": _application(table, content), "txnVersion": "1"}
    before = current_version(lakehouse, table.name)
    fault_point("write.before_commit")
    writer = rows.select(*table.names).write.format("delta").mode("append").options(userMetadata=note, **known_by)
    if lakehouse.place.is_local:
        writer.save(str(lakehouse.place.folder(table.name)))
    else:
        writer.saveAsTable(lakehouse.identifier(table.name))
    fault_point("write.after_commit")
    is_known = current_version(lakehouse, table.name) == before
    return 0 if is_known else content.rows
