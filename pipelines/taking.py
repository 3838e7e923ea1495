"""How files become rows: parsed on Spark's workers, one batch in memory at a time, each piece a row or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from lakehouse.arrow import arrow_schema
from lakehouse.declaration import RUN
from lakehouse.rejections import REFUSAL_COLUMNS, Rejection
from lakehouse.rim import StepRun
from lakehouse.tables import table_named
from pipelines.files import File

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

Piece = dict[str, Any] | Rejection
Parse = Callable[[File], Iterable[Piece]]
"""Everything in a file, in order; runs on a worker, so it must be a function that can be pickled."""
ROWS_PER_BATCH = 1000
FILES_PER_TASK = 25


@dataclass(frozen=True)
class Taken:
    """What a step that takes files came to."""

    files: int
    pieces: int
    rows: int
    new: int
    rejected: int


def take_files(run: StepRun, files: Sequence[File], table: str, parse: Parse) -> Taken:
    """Parse files into a table and its rejections, inside a run."""
    from pyspark import StorageLevel

    pieces = _parsed(run, files, table, parse).persist(StorageLevel.MEMORY_AND_DISK)
    try:
        run.take(pieces.count())
        first = _with_repeats_refused(pieces, table_named(table).key)
        rows = first.where("refused_reason IS NULL").select(*_plain_columns(table))
        refused = first.where("refused_reason IS NOT NULL").select(*_refusals())
        written = run.append(table, rows)
        rejected = run.reject_frame(refused)
    finally:
        pieces.unpersist()
    return Taken(len(files), run.rows_in, written.rows, written.new, rejected)


def _parsed(run: StepRun, files: Sequence[File], table: str, parse: Parse) -> DataFrame:
    spark = run.lakehouse.spark
    listed = spark.createDataFrame([(file.path, file.name) for file in files], "path string, name string")
    columns = [f"`{column.name}` {column.type}" for column in table_named(table).columns if column.name != RUN.name]
    refusal = [f"refused_{name} {type}" for name, type in REFUSAL_COLUMNS.items()]
    schema = ", ".join([*columns, *refusal])
    return listed.repartition(1 + len(files) // FILES_PER_TASK).mapInArrow(_worker(table, parse), schema)


def _worker(table: str, parse: Parse) -> Callable[[Iterable[pyarrow.RecordBatch]], Iterator[pyarrow.RecordBatch]]:
    def work(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            for row in batch.to_pylist():
                yield from _batches(table, parse(File(row["path"], row["name"])))

    return work


def _batches(table: str, pieces: Iterable[Piece]) -> Iterator[pyarrow.RecordBatch]:
    waiting: list[dict[str, Any]] = []
    for piece in pieces:
        waiting.append(_flat(piece))
        if len(waiting) == ROWS_PER_BATCH:
            yield _batch(table, waiting)
            waiting = []
    if waiting:
        yield _batch(table, waiting)


def _flat(piece: Piece) -> dict[str, Any]:
    if isinstance(piece, Rejection):
        return {f"refused_{name}": value for name, value in asdict(piece).items()}
    return piece


def _batch(table: str, rows: list[dict[str, Any]]) -> pyarrow.RecordBatch:
    import pyarrow

    from lakehouse.arrow import arrow_type

    fields = [field.with_nullable(True) for field in arrow_schema(table_named(table)) if field.name != RUN.name]
    refusal = [pyarrow.field(f"refused_{name}", arrow_type(type)) for name, type in REFUSAL_COLUMNS.items()]
    return pyarrow.RecordBatch.from_pylist(rows, pyarrow.schema([*fields, *refusal]))


def _with_repeats_refused(pieces: DataFrame, key: Sequence[str]) -> DataFrame:
    """The first row of a key stays, by file and line; the same key again in this batch is refused, and so counted."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    place = [F.col(name) for name in ("source_file", "source_line", "source_part") if name in pieces.columns]
    order = Window.partitionBy("refused_reason", *key).orderBy(*place)
    numbered = pieces.withColumn("turn", F.row_number().over(order))
    repeated = F.col("refused_reason").isNull() & (F.col("turn") > 1)
    line = F.col("source_line") if "source_line" in pieces.columns else F.col("source_part")
    refusal = {
        "entity_id": F.concat_ws(":", "source_file", line),
        "reason": F.lit("repeated"),
        "detail": F.lit("The same row came before in this batch."),
        "source_file": F.col("source_file"),
        "source_line": line,
    }
    marked = {
        f"refused_{name}": F.when(repeated, value).otherwise(F.col(f"refused_{name}"))
        for name, value in refusal.items()
    }
    return numbered.withColumns(marked).drop("turn")


def _plain_columns(table: str) -> list[str]:
    return [name for name in table_named(table).names if name != RUN.name]


def _refusals() -> list[Any]:
    from pyspark.sql import functions as F

    return [F.col(f"refused_{name}").alias(name) for name in REFUSAL_COLUMNS]
