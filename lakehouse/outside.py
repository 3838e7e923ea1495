"""Delta tables that are not ours: read at one version and never written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lakehouse.first_line import first_line
from lakehouse.intakes import Arrival
from lakehouse.place import Lakehouse

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


class NotADeltaTable(LookupError):
    """What was named as a Delta table cannot be opened as one."""


@dataclass(frozen=True)
class OutsideTable:
    """A table of somebody else: a folder, or a name in a catalog."""

    name: str
    folder: str | None = None

    @property
    def identifier(self) -> str:
        """What SQL calls it, quoted."""
        if self.folder:
            return "delta.`" + self.folder.replace("`", "``") + "`"
        return ".".join("`" + part.strip("`").replace("`", "``") + "`" for part in self.name.split("."))


def arrival_of_table(lakehouse: Lakehouse, table: OutsideTable) -> tuple[Arrival, int]:
    """The table as the ledger of intakes knows it, and the version to read."""
    from pyspark.errors import PySparkException

    try:
        detail = lakehouse.spark.sql(f"DESCRIBE DETAIL {table.identifier}").collect()[0]
        version = lakehouse.spark.sql(f"DESCRIBE HISTORY {table.identifier} LIMIT 1").collect()[0]["version"]
    except PySparkException as problem:
        raise NotADeltaTable(
            f"expected a Delta table with a history at {table.folder or table.name}, but Spark says: "
            f"{first_line(problem)} Check the name, that you may select from it, and that it is no view."
        ) from None
    return Arrival(table.name, f"{detail['id']}@{version}"), int(version)


def outside_frame(lakehouse: Lakehouse, table: OutsideTable, version: int) -> DataFrame:
    """Its rows at that version."""
    return lakehouse.spark.sql(f"SELECT * FROM {table.identifier} VERSION AS OF {version}")
