"""Files that appear whole or not at all, also when the machine goes down while they are written."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def settled(file: Path) -> Iterator[Path]:
    """Where to write what becomes the file once all of it is there; its folder is made."""
    unfinished = file.with_name(f".{file.name}.unfinished")
    file.parent.mkdir(parents=True, exist_ok=True)
    yield unfinished
    with unfinished.open("rb") as stream:
        os.fsync(stream.fileno())
    os.replace(unfinished, file)


def settle_json(file: Path, said: dict[str, Any]) -> None:
    """Write JSON that a reader finds whole or not at all."""
    with settled(file) as unfinished:
        unfinished.write_text(json.dumps(said, indent=1))
