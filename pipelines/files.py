"""The files that a person names for a step, here or in a store: found, ordered, fingerprinted and opened."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, cast

from lakehouse.identity import file_digest
from lakehouse.intakes import Arrival
from pipelines.clouds import NoSuchPlace, is_address, listed, opened_seekable, opened_stream, state_of

DELTA_LOG = "_delta_log"


def _zstandard(source: Any) -> Any:
    """By Arrow, because the package zstandard takes an archive that breaks off for one that ends."""
    import pyarrow

    return io.BufferedReader(pyarrow.CompressedInputStream(source, "zstd"))


UNPACKING: dict[str, Callable[[Any], Any]] = {
    ".gz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
    ".zst": _zstandard,
}
COMPRESSED = tuple(UNPACKING)


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

    @property
    def is_compressed(self) -> bool:
        """Whether its name says that it expands."""
        return self.name.lower().endswith(COMPRESSED)


@dataclass(frozen=True)
class Found:
    """What lies below some paths: files and the folders of Delta tables, each in a fixed order."""

    files: tuple[File, ...]
    tables: tuple[File, ...] = ()
    passed_over: int = 0
    """Hidden files and links that lead nowhere or to a folder; nobody reads them."""


def files_under(paths: Iterable[Path | str]) -> list[File]:
    """Every file below the paths in a fixed order; hidden ones are left out."""
    return list(look_under(paths).files)


def look_under(paths: Iterable[Path | str], with_tables: bool = False) -> Found:
    """Everything below the paths, each once; a path that leads nowhere is an error, and so is nothing at all."""
    named = [path if is_address(str(path)) else Path(path) for path in paths]
    absent = [str(path) for path in named if isinstance(path, Path) and not path.exists()]
    if absent:
        raise NothingToTake(f"expected files at {', '.join(absent)}, and there is nothing. Check the paths.")
    seen = [one for path in named for one in (_below(path) if isinstance(path, Path) else _in_store(path))]
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
        if is_address(file.path):
            return Arrival(file.name, *state_of(file.path))
        state = Path(file.path).stat()
        digest = _digest(file.path, state.st_size, state.st_mtime_ns)
    except OSError:
        return None
    return Arrival(file.name, digest, state.st_size)


def open_plain(file: File) -> io.BufferedReader:
    """The file's bytes, decompressed; an archive that ends early raises where it ends."""
    unpack = UNPACKING.get(f".{file.name.lower().rpartition('.')[2]}")
    source = opened_stream(file.path) if is_address(file.path) else file.path
    if unpack is not None:
        return cast(io.BufferedReader, unpack(source))
    return Path(source).open("rb") if isinstance(source, str) else io.BufferedReader(source)


def open_seekable(file: File) -> IO[bytes]:
    """The file's bytes as they are, for a reader that jumps."""
    return cast(IO[bytes], opened_seekable(file.path) if is_address(file.path) else Path(file.path).open("rb"))


def size_of(file: File) -> int:
    """Bytes of the file as it is stored."""
    return state_of(file.path)[1] if is_address(file.path) else Path(file.path).stat().st_size


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


def _in_store(address: str) -> Iterator[File | None]:
    try:
        for one in listed(address):
            parts = one.name.split("/")
            if DELTA_LOG in parts:
                raise NothingToTake(f"expected files, and {address} holds a Delta table. Export it as files.")
            yield None if any(part.startswith(".") for part in parts) else File(one.address, one.name)
    except NoSuchPlace as problem:
        raise NothingToTake(f"{problem}. Check the address, and that this machine may read there.") from None


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
