"""Housekeeping: compact small files, and remove files that no readable version needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from conf import UpkeepSettings
from lakehouse.lock import commit_lock
from lakehouse.place import Lakehouse

FILE_SIZE = "spark.databricks.delta.optimize.maxFileSize"
RETENTION_CHECK = "spark.databricks.delta.retentionDurationCheck.enabled"


@dataclass(frozen=True)
class Tidied:
    """What housekeeping did to one table."""

    table: str
    files_before: int
    files_after: int


class BelowFloor(ValueError):
    """A routine vacuum asked for less past than the settings' floor."""


def optimize(lakehouse: Lakehouse, name: str, settings: UpkeepSettings) -> Tidied:
    """Rewrite small files as large ones, clustered as declared; no row and no readable version changes."""
    before = _files(lakehouse, name)
    with commit_lock(lakehouse, name):
        lakehouse.spark.conf.set(FILE_SIZE, settings.optimize_target_megabytes * 2**20)
        lakehouse.spark.sql(f"OPTIMIZE {lakehouse.identifier(name)}")
    return Tidied(name, before, _files(lakehouse, name))


def check_floor(settings: UpkeepSettings, keep_hours: int) -> None:
    """Refuse to go below the floor, which protects running readers and time travel."""
    if keep_hours < settings.vacuum_floor_hours:
        raise BelowFloor(
            f"expected to keep at least upkeep.vacuum_floor_hours = {settings.vacuum_floor_hours} hours, got "
            f"{keep_hours}. Readers of older versions would fail; keep more, or lower the floor. Nothing was changed."
        )


def vacuum(lakehouse: Lakehouse, name: str, keep_hours: int) -> None:
    """Remove the files that only versions older than this needed; erasure keeps none, so that the bytes are gone."""
    check: Any = lakehouse.spark.conf.get(RETENTION_CHECK, "true")
    with commit_lock(lakehouse, name):
        lakehouse.spark.conf.set(RETENTION_CHECK, "false")
        lakehouse.spark.sql(f"VACUUM {lakehouse.identifier(name)} RETAIN {keep_hours} HOURS")
        lakehouse.spark.conf.set(RETENTION_CHECK, check)


def _files(lakehouse: Lakehouse, name: str) -> int:
    detail = lakehouse.spark.sql(f"DESCRIBE DETAIL {lakehouse.identifier(name)}").first()
    assert detail is not None
    return int(detail["numFiles"])
