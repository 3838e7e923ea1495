"""What became of a table's rows between two versions, by its change feed: only what changed is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.place import Lakehouse

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def changes(lakehouse: Lakehouse, name: str, after: int, upto: int) -> DataFrame:
    """Rows as they came, as they were before and after a change, and as they went: Delta's `_change_type` tells which.

    A change can be read for as long as deleted files are kept.
    """
    versions = {"readChangeFeed": "true", "startingVersion": str(after + 1), "endingVersion": str(upto)}
    reader = lakehouse.spark.read.format("delta").options(**versions)
    if lakehouse.place.is_local:
        return reader.load(str(lakehouse.place.folder(name)))
    return reader.table(lakehouse.identifier(name))
