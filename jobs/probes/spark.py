"""The probe of Spark and Delta: start a session, write a table through the write path, read it by both engines."""

from __future__ import annotations

import sys
import time
from importlib.metadata import version
from pathlib import Path

from conf import load_settings
from lakehouse.home import Home
from lakehouse.place import Lakehouse
from lakehouse.query.duckdb_engine import ask
from lakehouse.session import open_lakehouse
from lakehouse.tables import TABLES
from lakehouse.write import append_missing

COST = {"run_id": "doctor", "step": "doctor", "workload": "all", "model": "none", "seconds": 1.0, "money": 0.0}


def main(folder: str, conf: str, *overrides: str) -> str:
    """What was found, for the doctor's line."""
    started = time.monotonic()
    lakehouse = open_lakehouse(load_settings(conf, overrides).settings, Home(Path(folder)))
    session_seconds = time.monotonic() - started
    written = write_one_row(lakehouse)
    by_spark = lakehouse.spark.table(lakehouse.identifier("costs")).count()
    by_duckdb = ask(lakehouse.place, "SELECT count(*) FROM costs").to_pydict().popitem()[1]
    lakehouse.spark.stop()
    if (written, by_spark, by_duckdb) != (1, 1, [1]):
        raise RuntimeError(f"wrote {written} row, but Spark read {by_spark} and DuckDB {by_duckdb}")
    return (
        f"{version('pyspark')} with Delta {version('delta-spark')}: session in {session_seconds:.0f} s, wrote a table "
        f"and read it by Spark and DuckDB in {time.monotonic() - started - session_seconds:.0f} s"
    )


def write_one_row(lakehouse: Lakehouse) -> int:
    """How many rows the write path says it wrote."""
    columns = TABLES["costs"].columns
    schema = ", ".join(f"`{column.name}` {column.type}" for column in columns)
    zero = {"bigint": 0, "double": 0.0}
    row = tuple(COST[column.name] if column.name in COST else zero[column.type] for column in columns)
    return append_missing(lakehouse, "costs", lakehouse.spark.createDataFrame([row], schema)).new


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
