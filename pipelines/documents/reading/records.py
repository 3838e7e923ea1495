"""From a record of JSON Lines, CSV or Parquet to a document, by the column map of the settings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from conf import DocumentsSettings
from conf.steps import DocumentColumns
from pipelines.documents.reading.extracted import Extracted, Found
from pipelines.documents.reading.streams import lines_of, opened, record_bytes, too_large_record
from pipelines.files import File
from pipelines.lines import object_in
from pipelines.unfit import Unfit

Record = Mapping[str, Any]


def json_lines(file: File, settings: DocumentsSettings) -> Iterator[Found]:
    """One document a line; a broken line refuses itself and nothing else."""
    with opened(file, settings) as stream:
        for line in lines_of(stream, record_bytes(settings)):
            if line is None:
                yield too_large_record(settings)
            elif line.strip():
                yield _of_line(line, settings.columns)


def document_of(record: Record, columns: DocumentColumns) -> Found:
    """The document that a record holds; fields that no column names are kept in extra."""
    name = next((name for name in columns.text if isinstance(record.get(name), str)), None)
    if name is None:
        return Unfit(
            "no_text", f"Expected a text under one of the names {', '.join(columns.text)}; see documents.columns."
        )
    title_name, title = _first(record, columns.title)
    licence_name, licence = _first(record, columns.licence)
    url_name, url = _first(record, columns.url)
    id_name, own_id = _first(record, columns.id)
    used = {name, title_name, licence_name, url_name, id_name}
    extra = {key: _text(value) for key, value in record.items() if key not in used and value is not None}
    extra |= {key: value for key, value in (("url", url), ("id", own_id)) if value is not None}
    return Extracted(record[name], title, extra, licence, own_id)


def holds_text(names: list[str], columns: DocumentColumns) -> bool:
    """Whether a table's head names a text."""
    return not set(columns.text).isdisjoint(names)


def _of_line(line: bytes, columns: DocumentColumns) -> Found:
    try:
        return document_of(object_in(line), columns)
    except Unfit as problem:
        return problem


def _first(record: Record, names: tuple[str, ...]) -> tuple[str | None, str | None]:
    """The first of some names under which a record has anything, and what it has."""
    for name in names:
        value = record.get(name)
        if value is not None and _text(value).strip():
            return name, _text(value).strip()
    return None, None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
