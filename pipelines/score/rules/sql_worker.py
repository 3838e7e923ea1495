"""The process that queries run in: one database, opened to be read, and a reply on a line for each query on a line.

It is started by sql_process.py, which ends it when it does not answer in time.
"""

from __future__ import annotations

import json
import resource
import sqlite3
import sys
import threading
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.score.rules.sql_reading import Refused, check_reads

MEMORY_MEGABYTES = 512
ADDRESS_BYTES = 4 * 2**30
MOST_CELL_BYTES = 10**7
MOST_REPLY_CHARACTERS = 5 * 10**7
READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


def main(engine: str, database: str, timeout_seconds: str, most_rows: str) -> None:
    """Answer queries until there are no more."""
    for limit, most in {resource.RLIMIT_AS: ADDRESS_BYTES, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0}.items():
        with suppress(ValueError, OSError):  # not every system has every limit
            resource.setrlimit(limit, (most, most))
    try:
        check_reads("SELECT 1", engine)  # loads the parser now, and not in the time of the first query
        connection = open_sqlite(database) if engine == "sqlite" else open_duckdb(database)
    except Exception as problem:
        return _say({"error": str(problem)})
    _say({"ready": True})
    for line in sys.stdin:
        _say(reply(connection, engine, json.loads(line), float(timeout_seconds), int(most_rows)))


def open_sqlite(database: str) -> Any:
    """By SQLite's own means: the file cannot change, and nothing but reading is authorised."""
    connection = sqlite3.connect(f"{Path(database).as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    connection.text_factory = lambda raw: raw.decode(errors="replace")
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute(f"PRAGMA hard_heap_limit = {MEMORY_MEGABYTES * 2**20}")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    if sys.version_info >= (3, 11):
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_CELL_BYTES)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.set_authorizer(_authorise)
    return connection


def _authorise(action: int, first: str | None, second: str | None, *_: Any) -> int:
    is_extension = action == sqlite3.SQLITE_FUNCTION and second == "load_extension"
    return sqlite3.SQLITE_OK if action in READING and not is_extension else sqlite3.SQLITE_DENY


def open_duckdb(database: str) -> Any:
    """By DuckDB's own means: read only, nothing from outside, and no setting changes any more."""
    import duckdb

    from lakehouse.query.duckdb_engine import NOTHING_FROM_OUTSIDE

    connection = duckdb.connect(database, read_only=True, config=NOTHING_FROM_OUTSIDE)
    for setting, value in {"memory_limit": f"{MEMORY_MEGABYTES}MB", "threads": 1, "temp_directory": ""}.items():
        connection.execute(f"SET {setting} = '{value}'")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def reply(connection: Any, engine: str, query: str, timeout_seconds: float, most_rows: int) -> dict[str, Any]:
    """The rows of a query and whether it orders them, or why there are none."""
    is_late = threading.Event()

    def interrupt() -> None:
        is_late.set()
        connection.interrupt()

    timer = threading.Timer(timeout_seconds, interrupt)
    timer.start()
    try:
        is_ordered = check_reads(query, engine)
        rows = connection.execute(query).fetchmany(most_rows + 1)
    except Refused as problem:
        return {"error": str(problem)}
    except Exception as problem:
        return {"error": f"it ran for more than {timeout_seconds:g} seconds" if is_late.is_set() else _kind(problem)}
    finally:
        timer.cancel()
    if len(rows) > most_rows:
        return {"error": f"it returns more than {most_rows} rows"}
    return {"rows": [[_cell(value) for value in row] for row in rows], "ordered": is_ordered}


def _kind(problem: Exception) -> str:
    """The engine's words, without the query that DuckDB repeats below them."""
    said = str(problem).partition("\n\nLINE ")[0]
    return f"the database refuses it: {' '.join(said.split())[:200] or type(problem).__name__}"


def _cell(value: Any) -> Any:
    """As JSON has it: a whole number of either engine is the same, and so is a date and its text."""
    if value is None or isinstance(value, (int, float, str)):
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, Decimal):
        return float(value)
    return f"bytes:{value.hex()}" if isinstance(value, bytes) else str(value)


def _say(message: dict[str, Any]) -> None:
    text = json.dumps(message)
    if len(text) > MOST_REPLY_CHARACTERS:
        text = json.dumps({"error": f"its rows are longer than {MOST_REPLY_CHARACTERS} characters"})
    print(text, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
