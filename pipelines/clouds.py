"""Files in object stores by their address: s3://, gs://, abfs://, hdfs:// and whatever else Arrow opens.

Who may read is settled outside: Arrow takes the machine's own credentials (environment, profile or instance role).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from lakehouse.identity import identity

if TYPE_CHECKING:
    from pyarrow.fs import FileInfo


class NoSuchPlace(FileNotFoundError):
    """An address that leads nowhere, or nowhere that we can read."""


@dataclass(frozen=True)
class Listed:
    """One file below an address, and its name inside it."""

    address: str
    name: str


def is_address(text: str) -> bool:
    """Whether a path is an address in a store and not one of this machine."""
    return "://" in text


def listed(address: str) -> Iterator[Listed]:
    """Every file below an address, or the one that it names."""
    from pyarrow.fs import FileSelector, FileType

    root, mark, options = address.partition("?")
    store, path = _opened(address)
    try:
        here = store.get_file_info(path)
        if here.type == FileType.File:
            yield Listed(address, path.rpartition("/")[2])
            return
        below = store.get_file_info(FileSelector(path, recursive=True))
    except OSError as problem:
        raise NoSuchPlace(f"expected files at {root}, and it cannot be listed: {problem}") from None
    for info in sorted((one for one in below if one.type == FileType.File), key=lambda one: str(one.path)):
        name = info.path[len(path.rstrip("/")) + 1 :]
        yield Listed(f"{root.rstrip('/')}/{quote(name)}{mark}{options}", name)


def info_of(address: str) -> FileInfo:
    """Size and time of a file in a store."""
    store, path = _opened(address)
    return store.get_file_info(path)


def state_of(address: str) -> tuple[str, int]:
    """A digest of what a store says of a file without reading it, and its size; a file touched is a file read again."""
    info = info_of(address)
    if info.size is None:
        raise NoSuchPlace(f"expected a file at {address}, and there is none.")
    return identity(address, info.size, info.mtime_ns or 0), int(info.size)


def opened_stream(address: str) -> Any:
    """The bytes of a file as they are, from its beginning."""
    store, path = _opened(address)
    return store.open_input_stream(path, compression=None)


def opened_seekable(address: str) -> Any:
    """The bytes of a file for a reader that jumps."""
    store, path = _opened(address)
    return store.open_input_file(path)


@lru_cache(maxsize=4096)
def _opened(address: str) -> Any:
    import pyarrow
    from pyarrow.fs import FileSystem

    try:
        return FileSystem.from_uri(address)
    except (pyarrow.ArrowException, OSError, ValueError) as problem:
        raise NoSuchPlace(
            f"expected an address that Arrow can open, such as s3://bucket/folder, got {address}: {problem}"
        ) from None
