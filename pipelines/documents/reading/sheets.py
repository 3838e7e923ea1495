"""CSV, TSV and Parquet: one document a row where a column holds text, read a few rows at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from conf import DocumentsSettings
from pipelines.documents.reading.encoding import guessed_charset, marked
from pipelines.documents.reading.extracted import BROKEN, Extracted, Found
from pipelines.documents.reading.plain import text_of
from pipelines.documents.reading.records import document_of, holds_text
from pipelines.documents.reading.streams import BoundedLines, opened, record_bytes, whole_file
from pipelines.files import File, open_seekable
from pipelines.sheets import DELIMITERS, cells_of, is_text, row_of
from pipelines.unfit import Unfit

SAMPLE_BYTES = 2**18
ROWS_AT_ONCE = 64


def separated(file: File, settings: DocumentsSettings) -> Iterator[Found]:
    """Rows of CSV and TSV; a table without a text column is one document."""
    with _rows_of_text(file, settings) as (lines, extra):
        rows = cells_of(csv.reader(lines, delimiter=DELIMITERS[file.suffix], strict=True), record_bytes(settings))
        _, names = next(rows, (1, []))
        if isinstance(names, Unfit):
            raise names
        if holds_text(names, settings.columns):
            if len(set(names)) < len(names):
                raise Unfit("repeated_column", "Expected each name once in the first line.")
            for _, cells in rows:
                lines.row_ends()
                yield _document(names, cells, extra, settings)
            return
    found = text_of(file, settings)
    yield Extracted(found.text, extra=found.extra)


def parquet(file: File, settings: DocumentsSettings) -> Iterator[Found]:
    """Rows of Parquet, a few at a time; pages that carry a checksum are held to it."""
    import pyarrow

    try:
        with _parquet_file(file, settings) as table:
            if not holds_text(table.schema_arrow.names, settings.columns):
                raise Unfit("no_text", "Expected a column of text; say under documents.columns.text how it is called.")
            for batch in table.iter_batches(batch_size=ROWS_AT_ONCE):
                for number in range(batch.num_rows):
                    yield _parquet_row(batch, number, settings)
    except pyarrow.ArrowException as problem:
        raise Unfit("broken_parquet", f"Expected readable Parquet; Arrow says {type(problem).__name__}.") from None


def _document(names: list[str], cells: list[str] | Unfit, extra: dict[str, str], settings: DocumentsSettings) -> Found:
    row = cells if isinstance(cells, Unfit) else row_of(names, cells)
    if isinstance(row, Unfit):
        return row
    found = document_of({name: value or None for name, value in row.items() if name}, settings.columns)
    return found.with_extra(extra) if isinstance(found, Extracted) else found


@contextmanager
def _rows_of_text(file: File, settings: DocumentsSettings) -> Iterator[tuple[BoundedLines, dict[str, str]]]:
    """Bytes that are no text are let through, so that they cost their own row and no other."""
    csv.field_size_limit(record_bytes(settings))
    codec, extra = _charset(file, settings)
    with opened(file, settings) as stream:
        errors = "strict" if codec.startswith("utf-16") or codec.startswith("utf-32") else "surrogateescape"
        text = io.TextIOWrapper(stream, encoding=codec, errors=errors, newline="")
        yield BoundedLines(text, settings), extra


def _charset(file: File, settings: DocumentsSettings) -> tuple[str, dict[str, str]]:
    """What the beginning of the file is written in, told from whole lines of it."""
    with opened(file, settings) as stream:
        sample = stream.read(SAMPLE_BYTES)
    mark = marked(sample)
    if mark:
        return mark, {} if mark == "utf-8-sig" else {"charset": mark, "charset_from": "mark"}
    lines = sample[: sample.rfind(b"\n") + 1] or sample
    guessed = guessed_charset(lines) if settings.guess_encoding and not _is_utf8(lines) else None
    return (guessed, {"charset": guessed, "charset_from": "guessed"}) if guessed else ("utf-8-sig", {})


def _is_utf8(content: bytes) -> bool:
    return is_text([content.decode("utf-8", errors="surrogateescape")])


@contextmanager
def _parquet_file(file: File, settings: DocumentsSettings) -> Iterator[Any]:
    import pyarrow.parquet

    source: IO[bytes] = io.BytesIO(whole_file(file, settings)) if file.is_compressed else open_seekable(file)
    with source, pyarrow.parquet.ParquetFile(source, pre_buffer=False, page_checksum_verification=True) as table:
        yield table


def _parquet_row(batch: Any, number: int, settings: DocumentsSettings) -> Found:
    try:
        row = {name: batch.column(place)[number].as_py() for place, name in enumerate(batch.schema.names)}
    except (UnicodeDecodeError, *BROKEN):
        return Unfit("not_utf8", "Expected UTF-8; some bytes of the row are something else.")
    return document_of(row, settings.columns)
