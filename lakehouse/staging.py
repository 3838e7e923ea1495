"""Staging: workers without Spark write Parquet parts, the driver lists them, and Spark loads only what is listed.

A part appears whole or not at all, and counts only once the manifest names it, with its rows and its SHA-256.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from lakehouse.faults import fault_point
from lakehouse.frames import arrow_rows
from lakehouse.identity import file_digest
from lakehouse.place import Lakehouse
from lakehouse.settled import settled
from lakehouse.storage_errors import disk_errors_said_plainly
from lakehouse.tables import table_named

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MANIFEST = "manifest.json"


class StagingError(RuntimeError):
    """A staging folder is not what its manifest says."""


@dataclass(frozen=True)
class Part:
    """One staged file as its manifest lists it."""

    file: str
    rows: int
    sha256: str


def stage_part(folder: Path, table: str, name: str, rows: Sequence[dict[str, Any]]) -> Part:
    """Write rows as one Parquet part, in any worker; the name is the batch's identity, so a retry replaces it."""
    import pyarrow.parquet

    file = folder / f"{name}.parquet"
    with disk_errors_said_plainly(folder.parent), settled(file) as unfinished:
        pyarrow.parquet.write_table(arrow_rows(table_named(table), rows), unfinished)
        fault_point("staging.before_part")
    fault_point("staging.after_part")
    return Part(file.name, len(rows), file_digest(file))


def list_parts(folder: Path, table: str, parts: Iterable[Part]) -> None:
    """Add parts to the folder's manifest, in one atomic replacement; only the driver calls this."""
    listed = {part.file: part for part in [*manifest_parts(folder, table), *parts]}
    with settled(folder / MANIFEST) as unfinished:
        unfinished.write_text(json.dumps({"table": table, "parts": [asdict(one) for one in listed.values()]}, indent=1))
        fault_point("staging.before_manifest")
    fault_point("staging.after_manifest")


@contextmanager
def sole_writer(lakehouse: Lakehouse, folder: Path) -> Iterator[None]:
    """Hold a staging folder; a second run would sweep away what the first has not listed yet."""
    if not lakehouse.place.is_local:
        yield  # a cluster's shared storage has no locks: its scheduler runs a job once at a time
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder.parent / f"{folder.name}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise StagingError(
            f"expected to stage into {folder} alone, and another run is doing so now. Wait for it, or end it; what it "
            "listed until then is taken over."
        ) from None
    try:
        yield
    finally:
        lock.release()


def staged_keys(folder: Path, table: str) -> set[tuple[str, ...]]:
    """The table's key in every listed row, without Spark; how a rerun knows what is done."""
    import pyarrow.parquet

    key = list(table_named(table).key)
    files = [folder / part.file for part in manifest_parts(folder, table)]
    read = [pyarrow.parquet.read_table(file, columns=key) for file in files if file.is_file()]
    return {row for one in read for row in zip(*(one[name].to_pylist() for name in key), strict=True)}


def manifest_parts(folder: Path, table: str) -> list[Part]:
    """The parts that the manifest lists; none where there is no manifest yet."""
    manifest = folder / MANIFEST
    if not manifest.exists():
        return []
    said = json.loads(manifest.read_text())
    if said["table"] != table:
        raise StagingError(
            f"{manifest} lists rows of `{said['table']}`, expected `{table}`. Stage each table in its own folder."
        )
    return [Part(**part) for part in said["parts"]]


def sweep(folder: Path, table: str) -> int:
    """Remove what an earlier run left unlisted; the writer calls it before it begins. How many files went."""
    listed = {part.file for part in manifest_parts(folder, table)} | {MANIFEST}
    strays = [file for file in folder.glob("*") if file.name not in listed] if folder.is_dir() else []
    for stray in strays:
        stray.unlink()
    return len(strays)


def load_staged(lakehouse: Lakehouse, folder: Path, table: str) -> DataFrame:
    """The rows of every listed part, after checking that the folder holds just those parts, unchanged."""
    parts = manifest_parts(folder, table)
    differences = _differences(folder, parts)
    if differences:
        listed = "\n".join(f"  - {difference}" for difference in differences)
        raise StagingError(
            f"the staging folder {folder} is not what its manifest says; nothing was loaded:\n{listed}\n"
            "Run the step that stages it again: it replaces what differs. If that step is gone, delete the folder."
        )
    fault_point("staging.before_load")
    schema = _spark_schema(table)
    files = [str(folder / part.file) for part in parts]
    return lakehouse.spark.read.schema(schema).parquet(*files) if files else lakehouse.spark.createDataFrame([], schema)


def discard_staged(folder: Path) -> None:
    """Remove a folder whose rows were merged; the manifest goes first, so that a half-removed folder lists nothing."""
    (folder / MANIFEST).unlink(missing_ok=True)
    fault_point("staging.before_discard")
    shutil.rmtree(folder, ignore_errors=True)


def _spark_schema(table: str) -> str:
    return ", ".join(f"`{column.name}` {column.type}" for column in table_named(table).columns)


def _differences(folder: Path, parts: list[Part]) -> list[str]:
    if not (folder / MANIFEST).exists():
        return [f"there is no {MANIFEST}"]
    listed = {part.file for part in parts}
    present = {file.name for file in folder.glob("*.parquet")}
    unlisted = [f"{name} is not listed" for name in sorted(present - listed)]
    missing = [f"{name} is listed and not there" for name in sorted(listed - present)]
    changed = [
        f"{part.file} differs: expected sha256 {part.sha256[:9]}, it has {file_digest(folder / part.file)[:9]}"
        for part in parts
        if part.file in present and file_digest(folder / part.file) != part.sha256
    ]
    return unlisted + missing + changed
