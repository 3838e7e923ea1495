"""WARC and WET: each capture of a page as one document, from HTML, plain text or PDF, with its address and date."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from conf import DocumentsSettings
from pipelines.documents.reading.encoding import decoded
from pipelines.documents.reading.extracted import Extracted, Found
from pipelines.documents.reading.http_body import body_of
from pipelines.documents.reading.pages import page_of
from pipelines.documents.reading.pdf import pdf_apart
from pipelines.documents.reading.streams import opened, record_bytes, too_large_record
from pipelines.files import File
from pipelines.unfit import Unfit

HTML_TYPES = ("text/html", "application/xhtml+xml")
CUT_OFF = "unreadable"
KEPT = {"WARC-Target-URI": "url", "WARC-Date": "date", "WARC-Truncated": "truncated"}


class Told(io.RawIOBase):
    """A stream for the reader of archives, which cannot pass an error on: it sees an end, and we look here for why."""

    def __init__(self, stream: io.BufferedReader) -> None:
        super().__init__()
        self.stream, self.place = stream, 0
        self.problem: Exception | None = None

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def read(self, size: int = -1) -> bytes:
        try:
            block: bytes = self.stream.read1(size)
        except (OSError, EOFError, zlib.error, ValueError) as problem:
            self.problem = problem
            return b""
        self.place += len(block)
        return block


def web_archive(file: File, settings: DocumentsSettings) -> Iterator[Found]:
    """Every capture; records that only describe others (requests, metadata) are no documents and are passed over."""
    from fastwarc.warc import ArchiveIterator

    is_empty = True
    with opened(file, settings) as stream:
        told = Told(stream)
        try:
            for record in ArchiveIterator(told, parse_http=False, stream_detect=False):
                for found in _of_record(record, settings):
                    is_empty = False
                    if told.problem and isinstance(found, Unfit) and found.reason == CUT_OFF:
                        raise told.problem
                    yield found
        except OSError as problem:
            detail = f"The archive cannot be read on from here ({problem}); copy it again from where it came."
            raise Unfit("unreadable", detail) from None
        if told.problem:
            raise told.problem
        if is_empty and told.place:
            raise Unfit("no_pages", "Expected captures of pages (WARC) or their text (WET); it only describes others.")


def _of_record(record: Any, settings: DocumentsSettings) -> Iterator[Found]:
    from fastwarc.warc import WarcRecordType as Type

    known = {name: str(record.headers.get(header)) for header, name in KEPT.items() if record.headers.get(header)}
    if record.record_type in (Type.warcinfo, Type.request, Type.metadata):
        return
    if record.record_type == Type.revisit:
        yield Unfit("revisit", "The page had not changed since an earlier capture, which has its content.")
        return
    try:
        found = _capture(record, settings)
    except Unfit as problem:
        found = problem
    yield found.with_extra(known) if isinstance(found, Extracted) else found


def _capture(record: Any, settings: DocumentsSettings) -> Found:
    from fastwarc.warc import WarcRecordType as Type

    if record.record_type == Type.conversion:
        return _text(_payload(record, settings), None, settings)
    if record.record_type == Type.resource:
        return _page(_payload(record, settings), record.headers.get("Content-Type", ""), None, settings)
    if record.record_type != Type.response:
        return Unfit("broken_record", "Expected a record of a kind that WARC 1.1 knows; see its field WARC-Type.")
    try:
        record.parse_http()
    except OSError:
        return Unfit("broken_record", "Expected an HTTP response; its head cannot be read.")
    if record.http_headers is None:
        return Unfit("not_a_page", "Expected an HTTP response; this is one of another protocol.")
    content = _payload(record, settings)
    if record.http_headers.status_code != 200:
        return Unfit("http_status", f"Expected a page; the server answered {record.http_headers.status_code}.")
    body = body_of(content, record.http_headers, settings)
    return _page(body, record.http_content_type or "", record.http_charset, settings)


def _payload(record: Any, settings: DocumentsSettings) -> bytes:
    length = record.content_length
    if length > record_bytes(settings):
        raise too_large_record(settings)
    content: bytes = record.reader.read(length)
    if len(content) < length:
        raise Unfit(CUT_OFF, "The archive ends within this record; copy it again from where it came.")
    return content


def _page(content: bytes, declared_type: str, charset: str | None, settings: DocumentsSettings) -> Found:
    kind = declared_type.partition(";")[0].strip().lower()
    if kind in HTML_TYPES:
        return _typed(page_of(content, settings, charset), "text/html")
    if kind == "application/pdf":
        return _typed(pdf_apart(content, settings), kind)
    if kind in ("text/plain", "text/markdown"):
        return _text(content, charset, settings, kind)
    return Unfit("not_a_page", f"Expected HTML, plain text or PDF, got `{kind[:80] or 'no type'}`.")


def _text(content: bytes, charset: str | None, settings: DocumentsSettings, kind: str = "text/plain") -> Found:
    found = decoded(content, charset, settings.guess_encoding)
    return _typed(Extracted(found.text, extra=found.extra), kind)


def _typed(found: Found, media_type: str) -> Found:
    return replace(found, media_type=media_type) if isinstance(found, Extracted) else found
