"""Where a table is: a folder under the home, or a three-level name in a catalog; spelled here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from conf import LakehouseSettings
from lakehouse.home import Home
from lakehouse.tables import TABLES, table_named

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(frozen=True)
class Place:
    """Where tables are, without a session: enough for readers that need no JVM."""

    home: Home
    settings: LakehouseSettings

    @property
    def is_local(self) -> bool:
        return self.settings.storage == "local"

    @property
    def schema(self) -> str:
        return f"`{self.settings.catalog}`.`{self.settings.schema_name}`"

    def folder(self, name: str) -> Path:
        """The folder of a local table."""
        return self.home.tables / table_named(name).layer / name

    def identifier(self, name: str) -> str:
        """What SQL calls the table, quoted."""
        table_named(name)
        return f"delta.`{self.folder(name)}`" if self.is_local else f"{self.schema}.`{name}`"

    def local_tables(self) -> list[str]:
        """The names of the tables that exist in the home."""
        return [name for name in TABLES if (self.folder(name) / "_delta_log").is_dir()]


@dataclass(frozen=True)
class Lakehouse:
    """A place and the session that reads and writes it."""

    spark: SparkSession
    place: Place
    fitting: set[str] = field(default_factory=set, compare=False)
    """Tables that were seen to fit their declaration; neither changes while a process runs."""

    @property
    def settings(self) -> LakehouseSettings:
        return self.place.settings

    def identifier(self, name: str) -> str:
        return self.place.identifier(name)

    def exists(self, name: str) -> bool:
        if self.place.is_local:
            return (self.place.folder(name) / "_delta_log").is_dir()
        return self.spark.catalog.tableExists(f"{self.settings.catalog}.{self.settings.schema_name}.{name}")
