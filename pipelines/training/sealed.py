"""A sealed set of examples: one Parquet file and its seal, so that a training knows exactly what it learned from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lakehouse.identity import file_digest
from lakehouse.settled import settle_json
from pipelines.training.task import Example

FILE, SEAL = "examples.parquet", "seal.json"
SPLITS = ("train", "holdout")


class SealBroken(RuntimeError):
    """A set of examples is not what its seal says."""


@dataclass(frozen=True)
class Seal:
    """What a set is known by."""

    example_set_id: str
    rows: int
    sha256: str


def seal(folder: Path, example_set_id: str, table: Any) -> Seal:
    """Write an Arrow table as a sealed set; the seal comes last, so that half a set is none."""
    import pyarrow.parquet

    folder.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(table, folder / FILE, compression="zstd")
    made = Seal(example_set_id, table.num_rows, file_digest(folder / FILE))
    settle_json(folder / SEAL, asdict(made))
    return made


def unsealed(folder: Path) -> dict[str, list[Example]]:
    """The examples of each split, in the order of their ids; refuses a set that changed after it was sealed."""
    import pyarrow.parquet

    try:
        said = Seal(**json.loads((folder / SEAL).read_text()))
    except (OSError, ValueError, TypeError) as problem:
        raise SealBroken(f"expected a sealed set of examples in {folder}, and its seal cannot be read.") from problem
    if file_digest(folder / FILE) != said.sha256:
        raise SealBroken(f"the examples in {folder} are not those that were sealed. Delete the folder and train again.")
    rows = pyarrow.parquet.read_table(folder / FILE).to_pylist()
    return {split: _ordered(row for row in rows if row["split"] == split) for split in SPLITS}


def _ordered(rows: Iterable[Example]) -> list[Example]:
    return sorted(rows, key=lambda row: str(row["example_id"]))
