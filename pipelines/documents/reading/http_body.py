"""The body of an HTTP response as it stands in an archive: chunks joined, compression undone within bounds."""

from __future__ import annotations

import zlib
from typing import Any

from conf import DocumentsSettings
from pipelines.documents.reading.streams import record_bytes, too_large_record
from pipelines.unfit import Unfit

GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
CRAWLED_PLAIN = ("", "identity")


def body_of(content: bytes, headers: Any, settings: DocumentsSettings) -> bytes:
    """What the server meant to say; archives of most crawls hold it plain already."""
    if "chunked" in headers.get("Transfer-Encoding", "").lower():
        content = joined_chunks(content)
    encoding = headers.get("Content-Encoding", "").strip().lower()
    if encoding in CRAWLED_PLAIN:
        return content
    if encoding in ("gzip", "x-gzip", "deflate"):
        return _inflated(content, settings)
    raise Unfit("content_encoding", f"Expected gzip, deflate or none, got `{encoding[:40]}`.")


def joined_chunks(content: bytes) -> bytes:
    """The chunks of a transfer as one; raises Unfit where their sizes do not fit."""
    parts: list[bytes] = []
    place = 0
    while True:
        end = content.find(b"\r\n", place)
        size = _size(content[place:end]) if end >= 0 else None
        if size == 0:
            return b"".join(parts)
        if size is None or end + 2 + size > len(content):
            raise Unfit("broken_record", "Expected the chunks of a transfer; their sizes do not fit.")
        parts.append(content[end + 2 : end + 2 + size])
        place = end + 2 + size + 2


def _size(line: bytes) -> int | None:
    digits = line.partition(b";")[0].strip()
    return int(digits, 16) if digits and not digits.strip(b"0123456789abcdefABCDEF") else None


def _inflated(content: bytes, settings: DocumentsSettings) -> bytes:
    most = record_bytes(settings)
    unpacker = zlib.decompressobj(GZIP_OR_ZLIB)
    try:
        body = unpacker.decompress(content, most + 1)
    except zlib.error:
        raise Unfit("broken_record", "Expected a body in gzip or deflate; it is damaged.") from None
    if len(body) > most:
        raise too_large_record(settings)
    if not unpacker.eof:
        raise Unfit("broken_record", "Expected a body in gzip or deflate; it ends early.")
    return body
