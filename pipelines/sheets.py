"""Rows of CSV, TSV and Parquet files as objects, one at a time, with a refusal for each that is none."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from pipelines.files import File, open_plain
from pipelines.unfit import Unfit

Row = dict[str, Any]
DELIMITERS = {".csv": ",", ".tsv": "\t"}
PARQUET = ".parquet"
SUFFIXES = (*DELIMITERS, PARQUET)
PARQUET_ROWS = 256
TOO_LONG = "field larger than field limit"
BROKEN = (OSError, EOFError, zlib.error, ValueError)
"""What broken files raise; Arrow's errors are among them."""


def rows_in(file: File, max_field_bytes: int) -> Iterator[tuple[int, Row | Unfit]]:
    """Each row with its number: the line on which it begins, or for Parquet its place counted from one."""
    number = 0
    try:
        for number, row in _parquet_rows(file) if file.suffix == PARQUET else _text_rows(file, max_field_bytes):
            yield number, row
    except BROKEN as problem:
        yield number + 1, Unfit("unreadable", f"The file cannot be read on from here: {type(problem).__name__}.")


def columns_in(file: File, max_field_bytes: int) -> list[str]:
    """The names in the head of a file; raises Unfit where it has none, or one of them twice."""
    try:
        names = _parquet_columns(file) if file.suffix == PARQUET else _text_columns(file, max_field_bytes)
    except BROKEN as problem:
        raise Unfit("unreadable", f"The file cannot be read: {type(problem).__name__}.") from None
    if len(set(names)) < len(names):
        raise Unfit("repeated_column", "Expected each name once in the first line.")
    return names


def _parquet_columns(file: File) -> list[str]:
    import pyarrow.parquet

    return list(pyarrow.parquet.read_schema(file.path).names)


def _parquet_rows(file: File) -> Iterator[tuple[int, Row]]:
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(file.path) as opened:
        batches = opened.iter_batches(batch_size=PARQUET_ROWS)
        yield from enumerate((row for batch in batches for row in batch.to_pylist()), start=1)


def _text_columns(file: File, max_field_bytes: int) -> list[str]:
    with _csv_reader(file, max_field_bytes) as reader:
        _, names = next(cells_of(reader, max_field_bytes), (1, []))
    if isinstance(names, Unfit):
        raise names
    if not names or not is_text(names):
        raise Unfit("no_columns", "Expected a first line with the names of the columns, in UTF-8.")
    return names


def _text_rows(file: File, max_field_bytes: int) -> Iterator[tuple[int, Row | Unfit]]:
    names = _text_columns(file, max_field_bytes)
    with _csv_reader(file, max_field_bytes) as reader:
        next(reader)
        for number, row in cells_of(reader, max_field_bytes):
            yield number, row if isinstance(row, Unfit) else row_of(names, row)


def row_of(names: list[str], cells: list[str]) -> Row | Unfit:
    """The cells under their names; a row of another width, or of bytes that are no text, is unfit."""
    if len(cells) != len(names):
        return Unfit("row_width", f"Expected {len(names)} cells as in the first line, got {len(cells)}.")
    if not is_text(cells):
        return Unfit("not_utf8", "Expected UTF-8; some bytes of the row are something else.")
    return dict(zip(names, cells, strict=True))


@contextmanager
def _csv_reader(file: File, max_field_bytes: int) -> Iterator[Any]:
    """Bytes that are not UTF-8 are let through, so that they cost their own row and no other."""
    csv.field_size_limit(max_field_bytes)
    with open_plain(file) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
        yield csv.reader(text, delimiter=DELIMITERS[file.suffix], strict=True)


def cells_of(reader: Any, max_field_bytes: int) -> Iterator[tuple[int, list[str] | Unfit]]:
    """A row that csv refuses costs itself; after a cell without end nobody knows where the next row begins."""
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            if TOO_LONG in str(problem):
                detail = f"Expected at most {max_field_bytes} characters in a cell; the file was not read on from here."
                yield number, Unfit("too_long", detail)
                return
            yield number, Unfit("not_csv", "The quotes of the row do not fit together.")
        else:
            if row:
                yield number, row


def is_text(cells: Iterable[str]) -> bool:
    """Whether every byte was UTF-8, where other bytes were let through as surrogates."""
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return False
    return True
