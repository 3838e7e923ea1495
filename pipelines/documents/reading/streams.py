"""The bytes of a file within bounds: whole up to a limit, or as a stream that notices a decompression bomb."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from conf import DocumentsSettings
from pipelines.files import File, open_plain, size_of
from pipelines.unfit import Unfit

MEGABYTE = 2**20


class Expanding(io.RawIOBase):
    """What a compressed file expands to; past the bound it refuses the file instead of filling memory and disk."""

    def __init__(self, stream: io.BufferedReader, most_bytes: int, factor: int) -> None:
        super().__init__()
        self.stream, self.most_bytes, self.factor, self.seen = stream, most_bytes, factor, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block: bytes = self.stream.read1(len(buffer))  # what came before a break is handed on before the break is met
        self.seen += len(block)
        if self.seen > self.most_bytes:
            raise Unfit(
                "bomb", f"Expected it to expand to at most {self.factor} times its size; see documents.max_expansion."
            )
        buffer[: len(block)] = block
        return len(block)


@contextmanager
def opened(file: File, settings: DocumentsSettings) -> Iterator[io.BufferedReader]:
    """The file's bytes, decompressed, with a bound on what they expand to."""
    with open_plain(file) as stream:
        if not file.is_compressed:
            yield stream
            return
        most = max(record_bytes(settings), settings.max_expansion * size_of(file))
        yield io.BufferedReader(Expanding(stream, most, settings.max_expansion), MEGABYTE)


def whole(file: File, settings: DocumentsSettings, most_bytes: int, remedy: str) -> bytes:
    """All of a file that holds one document; the remedy names the setting that bounds it."""
    with opened(file, settings) as stream:
        return whole_of(stream, most_bytes, remedy)


def whole_of(stream: IO[bytes], most_bytes: int, remedy: str) -> bytes:
    """All that is left of a stream, of which no more than the bound is ever held."""
    content = stream.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise Unfit("too_large", f"Expected at most {most_bytes} bytes; {remedy}.")
    return content


def whole_file(file: File, settings: DocumentsSettings) -> bytes:
    """A file that can only be read as a whole, such as an archive with its directory at the end."""
    return whole(file, settings, settings.max_file_megabytes * MEGABYTE, "see documents.max_file_megabytes")


def record_bytes(settings: DocumentsSettings) -> int:
    """The most bytes of one page, line, cell or record."""
    return settings.max_record_megabytes * MEGABYTE


def too_large_record(settings: DocumentsSettings) -> Unfit:
    """Why a record is not taken that is larger than memory is meant for."""
    return Unfit(
        "too_large", f"Expected at most {settings.max_record_megabytes} MiB; see documents.max_record_megabytes."
    )


def lines_of(stream: IO[bytes], most_bytes: int) -> Iterator[bytes | None]:
    """Line after line; None for one that is longer than the bound, of which the rest is skipped unseen."""
    while line := stream.readline(most_bytes + 1):
        if len(line) <= most_bytes:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(MEGABYTE)
        yield None


class BoundedLines:
    """Lines of text for the csv module, which would otherwise read a line, or a row of many lines, without end."""

    def __init__(self, text: IO[str], settings: DocumentsSettings) -> None:
        self.text, self.settings, self.pending = text, settings, 0
        self.most = record_bytes(settings)

    def __iter__(self) -> BoundedLines:
        return self

    def __next__(self) -> str:
        line = self.text.readline(self.most + 1)
        if not line:
            raise StopIteration
        self.pending += len(line)
        if self.pending > self.most:
            raise too_large_record(self.settings)
        return line

    def row_ends(self) -> None:
        """A row is complete, so the next may be as long as the bound again."""
        self.pending = 0
