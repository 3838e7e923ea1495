"""Rows that Python made, as a frame with a table's declared types; through Arrow, so that no Python worker starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lakehouse.arrow import arrow_schema
from lakehouse.declaration import Table

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame, SparkSession


FEW = 10_000
"""So many rows one task checks and writes sooner than several could be started, and into one file."""


class RowsDoNotFit(TypeError):
    """A value has not the type that its column declares."""


def arrow_rows(table: Table, rows: Sequence[dict[str, Any]]) -> pyarrow.Table:
    """Rows as an Arrow table; a column that a row does not name is null in it."""
    import pyarrow

    try:
        return pyarrow.Table.from_pylist(list(rows), schema=arrow_schema(table))
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError) as problem:
        raise RowsDoNotFit(
            f"rows for `{table.name}` do not have its declared types: {problem}. Nothing was written; mend the step "
            f"that made them; `lakewheel tables {table.name}` shows the types."
        ) from problem


def frame_of(spark: SparkSession, table: Table, rows: Sequence[dict[str, Any]]) -> DataFrame:
    """Rows as a frame; whether they keep the contract is seen when they are written."""
    schema = ", ".join(f"`{column.name}` {column.type}" for column in table.columns)
    if not rows:
        return spark.createDataFrame([], schema)
    frame = spark.createDataFrame(arrow_rows(table, rows), schema)
    return frame.coalesce(1) if len(rows) <= FEW else frame


def completed(table: Table, frame: DataFrame) -> DataFrame:
    """The frame with just the table's columns, null where it has none; writing adds the run."""
    from pyspark.sql import functions as F

    wanted = [column for column in table.columns if column.name != "run_id"]
    missing = {column.name: F.lit(None).cast(column.type) for column in wanted if column.name not in frame.columns}
    return frame.withColumns(missing).select(*(column.name for column in wanted))


@contextmanager
def held(frame: DataFrame) -> Iterator[DataFrame]:
    """The frame computed once, for whatever reads it several times must see the same rows."""
    from pyspark import StorageLevel

    kept = frame.persist(StorageLevel.MEMORY_AND_DISK)
    try:
        yield kept
    finally:
        kept.unpersist()
