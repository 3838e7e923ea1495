"""Reads name a version: what a step saw can be read again, and its ledger row says which version that was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lakehouse.place import Lakehouse

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


class TableNotFound(LookupError):
    """A declared table that nothing has made yet."""


@dataclass(frozen=True)
class Snapshot:
    """A table as it was at one version."""

    table: str
    version: int
    frame: DataFrame


def current_version(lakehouse: Lakehouse, name: str) -> int:
    """The version that a read would see now."""
    if not lakehouse.exists(name):
        raise TableNotFound(
            f"expected the table `{name}` at {lakehouse.identifier(name)}, and it is not there yet. "
            "Run the step that writes it first, or check --home and --conf; `lakewheel tables` lists what is there."
        )
    if lakehouse.place.is_local:  # a step asks a dozen times, and Spark takes a job to answer
        from deltalake import DeltaTable

        return DeltaTable(lakehouse.place.folder(name)).version()
    latest = lakehouse.spark.sql(f"DESCRIBE HISTORY {lakehouse.identifier(name)} LIMIT 1").first()
    assert latest is not None
    return int(latest["version"])


def read(lakehouse: Lakehouse, name: str, version: int | None = None) -> Snapshot:
    """The table at a version, by default the current one, pinned so that later commits do not shift it."""
    pinned = current_version(lakehouse, name) if version is None else version
    frame = lakehouse.spark.sql(f"SELECT * FROM {lakehouse.identifier(name)} VERSION AS OF {pinned}")
    return Snapshot(name, pinned, frame)
