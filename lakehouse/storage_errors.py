"""A full disk and a forbidden folder, said in a sentence instead of two hundred lines of a Java stack."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# the last two are how torch says that a checkpoint could not be written to its end
FULL = ("No space left on device", "Disk quota exceeded", "iostream error", "enforce fail at inline_container")


class StorageError(OSError):
    """The storage under the lakehouse refused a write."""


@contextmanager
def disk_errors_said_plainly(folder: Path) -> Iterator[None]:
    """Turn the storage failures that people can mend into a sentence; everything else passes unchanged."""
    try:
        yield
    except Exception as problem:
        sentence = _sentence(str(problem), folder)
        if sentence is None:
            raise
        raise StorageError(sentence) from problem


def _sentence(problem: str, folder: Path) -> str | None:
    if any(words in problem for words in FULL):
        free = shutil.disk_usage(folder).free // 2**20
        return (
            f"the disk under {folder} (or Spark's temporary folder) is full: {free} MiB free. Nothing was committed "
            "and nothing needs to be cleaned; free some space, or move the home with --home, and run the command again."
        )
    if "Read-only file system" in problem or "Permission denied" in problem:
        return (
            f"{folder} cannot be written to. Nothing was committed; mend its permissions, or choose another home with "
            "--home, and run the same command again."
        )
    return None
