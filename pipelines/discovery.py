"""New files by a stream instead of by listing: Databricks Auto Loader, or Spark's own file source, batch by batch."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakehouse.identity import identity
from lakehouse.place import Lakehouse
from pipelines.files import File
from pipelines.taking import Taken

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

AUTO_LOADER = "cloudFiles"
FILES = "binaryFile"
FILE_COLUMNS = "path string, modificationTime timestamp, length bigint, content binary"
SCHEME = re.compile(r"^(dbfs|file):(//)?(?=/)")
TakeFiles = Callable[[tuple[File, ...]], Taken]


def take_stream(lakehouse: Lakehouse, folder: Path, take: TakeFiles, format: str = AUTO_LOADER) -> Taken:
    """Hand every file that came since the last call to `take`, then end; the checkpoint moves on when it returns.

    Only paths travel through the stream. Without its checkpoint it lists all files again, and the ledger of intakes
    knows which of them were taken.
    """
    taken, failures = [Taken()], list[Exception]()

    def take_batch(batch: DataFrame, _: int) -> None:
        paths = sorted(SCHEME.sub("", row["path"]) for row in batch.collect())
        files = tuple(File(path, Path(path).relative_to(folder.resolve()).as_posix()) for path in paths)
        try:
            taken.append(take(files) if files else Taken())
        except Exception as failure:
            failures.append(failure)
            raise

    query = (
        _reader(lakehouse, format)
        .load(str(folder.resolve()))
        .select("path")
        .writeStream.foreachBatch(take_batch)
        .option("checkpointLocation", str(checkpoint_of(lakehouse, folder)))
        .trigger(availableNow=True)
        .start()
    )
    _wait(query, failures)
    return sum(taken, Taken())


def checkpoint_of(lakehouse: Lakehouse, folder: Path) -> Path:
    """Where the stream over a folder remembers how far it is."""
    return lakehouse.place.home.checkpoints / identity("stream", str(folder.resolve()))


def _reader(lakehouse: Lakehouse, format: str) -> Any:
    """A file that is written over comes again; Spark's own source does not know how to say so."""
    reader = lakehouse.spark.readStream.format(format).schema(FILE_COLUMNS).option("recursiveFileLookup", "true")
    if format == AUTO_LOADER:
        reader = reader.option("cloudFiles.format", FILES).option("cloudFiles.allowOverwrites", "true")
    return reader


def _wait(query: Any, failures: list[Exception]) -> None:
    """What went wrong in a batch is told as it was raised, and not as Java retells it."""
    from pyspark.errors import StreamingQueryException

    try:
        query.awaitTermination()
    except StreamingQueryException:
        if failures:
            raise failures[0] from None
        raise
