"""From the bytes of one file to the texts in it: one extractor per format, each a refusal or an iterator of texts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pipelines.documents.pages import html_text, pdf_text


@dataclass(frozen=True)
class Extracted:
    """One document as its file has it."""

    text: str
    title: str | None = None
    extra: dict[str, str] = field(default_factory=dict)


class Unreadable(ValueError):
    """A file, or one line of it, that cannot be read; the reason is one word for counting."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


Extractor = Callable[[bytes], Iterator["Extracted | Unreadable"]]
TEXT_FIELDS = ("text", "content", "body")


def plain(content: bytes) -> Iterator[Extracted | Unreadable]:
    """Text as it stands."""
    yield Extracted(_decoded(content))


def markdown(content: bytes) -> Iterator[Extracted | Unreadable]:
    """Markdown as it stands; its first heading is the title."""
    text = _decoded(content)
    heading = next((line for line in text.splitlines() if line.startswith("# ")), None)
    yield Extracted(text, title=heading.removeprefix("# ").strip() if heading else None)


def html(content: bytes) -> Iterator[Extracted | Unreadable]:
    """The main content of a page, without navigation and scripts, tables kept."""
    title, text = html_text(_decoded(content))
    yield Extracted(text, title)


def pdf(content: bytes) -> Iterator[Extracted | Unreadable]:
    """The text layer of a PDF, page after page."""
    try:
        yield Extracted(pdf_text(content))
    except ValueError as problem:
        yield Unreadable("broken_pdf", str(problem))


def json_lines(content: bytes) -> Iterator[Extracted | Unreadable]:
    """One document a line; a broken line refuses itself and nothing else."""
    for line in filter(str.strip, _decoded(content).splitlines()):
        try:
            record = json.loads(line)
        except json.JSONDecodeError as problem:
            yield Unreadable("not_json", f"Expected one JSON object a line; it breaks at column {problem.colno}.")
            continue
        yield _from_record(record if isinstance(record, dict) else {})


def comma_separated(content: bytes) -> Iterator[Extracted | Unreadable]:
    """One document a row where the header names a text column; else the table is one document."""
    text = _decoded(content)
    records = csv.DictReader(io.StringIO(text))
    if not set(TEXT_FIELDS) & set(records.fieldnames or ()):
        yield Extracted(text)
        return
    for record in records:
        yield _from_record({name: value for name, value in record.items() if name})


EXTRACTORS: dict[str, tuple[str, Extractor]] = {
    ".txt": ("text/plain", plain),
    ".md": ("text/markdown", markdown),
    ".html": ("text/html", html),
    ".htm": ("text/html", html),
    ".pdf": ("application/pdf", pdf),
    ".jsonl": ("application/jsonl", json_lines),
    ".csv": ("text/csv", comma_separated),
}


def _from_record(record: dict[str, object]) -> Extracted | Unreadable:
    name = next((name for name in TEXT_FIELDS if isinstance(record.get(name), str)), None)
    if name is None:
        return Unreadable("no_text", f"Expected a text under one of the names {', '.join(TEXT_FIELDS)}.")
    title = record.get("title")
    rest = {key: value for key, value in record.items() if key not in (name, "title")}
    extra = {key: value if isinstance(value, str) else json.dumps(value) for key, value in rest.items()}
    return Extracted(str(record[name]), str(title) if title else None, extra)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise Unreadable("not_utf8", _not_utf8(content, problem.start)) from None


def _not_utf8(content: bytes, place: int) -> str:
    came = f"Expected UTF-8; byte {place + 1} is 0x{content[place]:02X}."
    return f"{came} If it is Latin-1, convert it: iconv -f latin1 -t utf8."
