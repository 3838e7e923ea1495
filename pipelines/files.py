"""The files that a person names for a step: found, ordered, fingerprinted and opened, compressed or not."""

from __future__ import annotations

import gzip
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, cast

from lakehouse.identity import file_digest
from lakehouse.intakes import Arrival

COMPRESSED = (".gz", ".zst")
DELTA_LOG = "_delta_log"


class NothingToTake(FileNotFoundError):
    """The paths that were named hold no file."""


class SameName(ValueError):
    """Two files of one call would go by one name in the tables."""


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


@dataclass(frozen=True)
class Found:
    """What lies below some paths: files and the folders of Delta tables, each in a fixed order."""

    files: tuple[File, ...]
    tables: tuple[File, ...] = ()
    passed_over: int = 0
    """Hidden files and links that lead nowhere or to a folder; nobody reads them."""


def files_under(paths: Iterable[Path]) -> list[File]:
    """Every file below the paths in a fixed order; hidden ones are left out."""
    return list(look_under(paths).files)


def look_under(paths: Iterable[Path], with_tables: bool = False) -> Found:
    """Everything below the paths, each once; a path that leads nowhere is an error, and so is nothing at all."""
    named = list(paths)
    absent = [str(path) for path in named if not path.exists()]
    if absent:
        raise NothingToTake(f"expected files at {', '.join(absent)}, and there is nothing. Check the paths.")
    seen = [one for path in named for one in _below(path)]
    tables = {one.path: one for one in seen if one and _is_table(Path(one.path))}
    files = {one.path: one for one in seen if one and one.path not in tables}
    if not files and not tables:
        raise NothingToTake(
            f"expected files at {', '.join(map(str, named))}, and there are none. "
            "Check the paths; hidden files are left out."
        )
    if tables and not with_tables:
        raise NothingToTake(
            f"expected files, and {', '.join(sorted(tables))} is a Delta table. Only `lakewheel prompts take` reads "
            "tables; export others as files."
        )
    _check_names([*files.values(), *tables.values()])
    return Found(_in_order(files), _in_order(tables), seen.count(None))


def arrival_of(file: File) -> Arrival | None:
    """The file as the ledger of intakes knows it; None for one that cannot be read, which no ledger may pass over."""
    try:
        state = Path(file.path).stat()
        digest = _digest(file.path, state.st_size, state.st_mtime_ns)
    except OSError:
        return None
    return Arrival(file.name, digest, state.st_size)


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


@lru_cache(maxsize=100_000)
def _digest(path: str, bytes: int, changed_at: int) -> str:
    """Computed once for a file in a state: a command asks before Spark starts, and again before it writes down."""
    return file_digest(Path(path))


def _below(path: Path, inside: Path | None = None) -> Iterator[File | None]:
    """Files and tables; None for what is passed over."""
    name = path.relative_to(inside).as_posix() if inside else path.name or path.resolve().name
    hidden = inside is not None and path.name.startswith(".")
    if path.is_file() or _is_table(path):
        yield None if hidden else File(str(path.resolve()), name)
    elif inside and path.is_symlink():
        yield None
    elif path.is_dir():
        for one in sorted(path.iterdir()):
            below = _below(one, inside or path)
            yield from (None for _ in below) if hidden else below


def _in_order(found: dict[str, File]) -> tuple[File, ...]:
    return tuple(found[path] for path in sorted(found))


def _is_table(path: Path) -> bool:
    return (path / DELTA_LOG).is_dir()


def _check_names(found: Iterable[File]) -> None:
    twice = sorted(name for name, times in Counter(one.name for one in found).items() if times > 1)
    if twice:
        raise SameName(
            f"expected each file under a name of its own, but several would be called {', '.join(twice[:5])}. Name the "
            "folder above them, or take them one call after the other."
        )
