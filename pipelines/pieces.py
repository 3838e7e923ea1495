"""Pieces of a source on their way into a table: a row or a refusal each, as Arrow batches of one schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from lakehouse.arrow import arrow_schema, arrow_type
from lakehouse.declaration import RUN
from lakehouse.place import Lakehouse
from lakehouse.rejections import REFUSAL_COLUMNS, Rejection
from lakehouse.tables import table_named
from pipelines.files import File

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

Piece = dict[str, Any] | Rejection
"""A row with its place (source_file, and source_line or source_part), or a refusal with the same."""
Parse = Callable[[File], Iterable[Piece]]
"""Everything in a file, in order; runs on a worker, so it must be a function that can be pickled."""
FromRow = Callable[[dict[str, Any]], Piece]
"""One row of a frame; runs on a worker too."""
ROWS_PER_BATCH = 1000
CHARACTERS_PER_BATCH = 2**24
"""A batch of long texts ends before it has all its rows, so that memory is bounded by what is in it."""
FILES_PER_TASK = 25
PLACE_COLUMNS = {"piece_source": "string", "piece_number": "bigint"}


def parsed_files(lakehouse: Lakehouse, files: Iterable[File], table: str, parse: Parse) -> DataFrame:
    """The pieces of files, parsed on Spark's workers, one batch in memory at a time."""
    listed = [(file.path, file.name) for file in files]
    frame = lakehouse.spark.createDataFrame(listed, "path string, name string")
    tasks = 1 + len(listed) // FILES_PER_TASK

    def work(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            for row in batch.to_pylist():
                yield from _batches(table, parse(File(row["path"], row["name"])))

    return frame.repartition(tasks).mapInArrow(work, _spark_schema(table))


def parsed_rows(frame: DataFrame, table: str, from_row: FromRow) -> DataFrame:
    """The pieces of a frame, one for each of its rows."""

    def work(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            yield from _batches(table, map(from_row, batch.to_pylist()))

    return frame.mapInArrow(work, _spark_schema(table))


def given_pieces(lakehouse: Lakehouse, table: str, pieces: Iterable[Piece]) -> DataFrame:
    """Pieces that were made on the driver; they are held in memory, and no file holds them before their table does."""
    import pyarrow

    rows = pyarrow.Table.from_batches(_batches(table, pieces), _arrow_schema(table))
    if not rows.num_rows:
        return lakehouse.spark.createDataFrame([], _spark_schema(table))
    return lakehouse.spark.createDataFrame(rows, _spark_schema(table))


def row_columns(table: str) -> list[str]:
    """The columns that a piece fills; the run signs for itself."""
    return [name for name in table_named(table).names if name != RUN.name]


def _spark_schema(table: str) -> str:
    declared = {column.name: column.type for column in table_named(table).columns if column.name != RUN.name}
    refusal = {f"refused_{name}": type for name, type in REFUSAL_COLUMNS.items()}
    return ", ".join(f"`{name}` {type}" for name, type in (declared | PLACE_COLUMNS | refusal).items())


def _arrow_schema(table: str) -> pyarrow.Schema:
    import pyarrow

    fields = [field.with_nullable(True) for field in arrow_schema(table_named(table)) if field.name != RUN.name]
    added = PLACE_COLUMNS | {f"refused_{name}": type for name, type in REFUSAL_COLUMNS.items()}
    return pyarrow.schema([*fields, *(pyarrow.field(name, arrow_type(type)) for name, type in added.items())])


def _batches(table: str, pieces: Iterable[Piece]) -> Iterator[pyarrow.RecordBatch]:
    waiting: list[dict[str, Any]] = []
    characters = 0
    for piece in pieces:
        waiting.append(_flat(piece))
        characters += sum(len(value) for value in waiting[-1].values() if isinstance(value, str))
        if len(waiting) == ROWS_PER_BATCH or characters >= CHARACTERS_PER_BATCH:
            yield _batch(table, waiting)
            waiting, characters = [], 0
    if waiting:
        yield _batch(table, waiting)


def _flat(piece: Piece) -> dict[str, Any]:
    if isinstance(piece, Rejection):
        place = {"piece_source": piece.source_file, "piece_number": piece.source_line}
        return place | {f"refused_{name}": value for name, value in asdict(piece).items()}
    number = piece["source_line"] if "source_line" in piece else piece["source_part"]
    return piece | {"piece_source": piece["source_file"], "piece_number": number}


def _batch(table: str, rows: list[dict[str, Any]]) -> pyarrow.RecordBatch:
    import pyarrow

    return pyarrow.RecordBatch.from_pylist(rows, _arrow_schema(table))
