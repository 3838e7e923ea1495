"""Files and folders that appear whole or not at all; files also when the machine goes down while they are written."""

from __future__ import annotations

import json
import os
import shutil
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


@contextmanager
def settled_folder(folder: Path) -> Iterator[Path]:
    """The same for a folder whose content is a function of its name: whoever comes second leaves the first one's."""
    unfinished = folder.with_name(f".{folder.name}.{os.getpid()}.unfinished")
    try:
        yield unfinished
        os.replace(unfinished, folder)
    except OSError:
        if not folder.is_dir():
            raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def settle_json(file: Path, said: dict[str, Any]) -> None:
    """Write JSON that a reader finds whole or not at all."""
    with settled(file) as unfinished:
        unfinished.write_text(json.dumps(said, indent=1))
