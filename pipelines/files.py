"""The files that a person names for a step: found, ordered and opened, compressed or not."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

COMPRESSED = (".gz", ".zst")


class NothingToTake(FileNotFoundError):
    """The paths that were named hold no file."""


@dataclass(frozen=True)
class File:
    """One file and its name inside the folder that was named, which is how tables know it."""

    path: str
    name: str

    @property
    def suffix(self) -> str:
        """The ending that says what is inside, whatever it was compressed with."""
        plain = self.name.lower()
        for ending in COMPRESSED:
            plain = plain.removesuffix(ending)
        return Path(plain).suffix


def files_under(paths: Iterable[Path]) -> list[File]:
    """Every file below the paths in a fixed order; hidden ones are left out."""
    found = {file.path: file for path in paths for file in _below(path)}
    if not found:
        raise NothingToTake(
            f"expected files at {', '.join(map(str, paths))}, and there are none. "
            "Check the paths; hidden files are left out."
        )
    return [found[path] for path in sorted(found)]


def open_plain(file: File) -> IO[bytes]:
    """The file's bytes, decompressed."""
    if file.name.endswith(".gz"):
        return cast(IO[bytes], gzip.open(file.path, "rb"))
    if file.name.endswith(".zst"):
        import zstandard

        return cast(
            IO[bytes], io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(Path(file.path).open("rb")))
        )
    return Path(file.path).open("rb")


def _below(path: Path) -> Iterator[File]:
    if path.is_file():
        yield File(str(path.resolve()), path.name)
    for file in sorted(path.rglob("*")) if path.is_dir() else ():
        name = file.relative_to(path)
        if file.is_file() and not any(part.startswith(".") for part in name.parts):
            yield File(str(file.resolve()), name.as_posix())
