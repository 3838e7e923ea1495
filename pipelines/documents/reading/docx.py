"""DOCX: paragraphs, headings, lists and tables in their order; its archive is checked before it is opened."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from conf import DocumentsSettings
from pipelines.documents.reading.extracted import BROKEN, Extracted, Found
from pipelines.documents.reading.rows import table_text
from pipelines.documents.reading.streams import MEGABYTE, record_bytes, whole_file
from pipelines.files import File
from pipelines.unfit import Unfit

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
"""How files of the container begin that holds both old .doc and documents under a password."""
MOST_PARTS = 10_000
ENCRYPTED = 0x1
FAULTS = (*BROKEN, zipfile.BadZipFile, SyntaxError, KeyError, ValueError, TypeError, AttributeError, IndexError)
"""What python-docx and lxml raise on documents whose parts do not fit together; SyntaxError is lxml's on broken XML."""


def docx(file: File, settings: DocumentsSettings) -> Iterator[Found]:
    """The text of a document, without headers, footers and comments."""
    content = whole_file(file, settings)
    if content.startswith(OLD_OFFICE):
        yield Unfit("password", "Expected DOCX; this is an old .doc, or has a password. Save a copy as plain DOCX.")
        return
    try:
        check_archive(content, settings)
        yield _document(content)
    except Unfit:
        raise
    except FAULTS as problem:
        yield Unfit(
            "broken_docx", f"Expected a readable DOCX; its parts do not fit together ({type(problem).__name__})."
        )


def check_archive(content: bytes, settings: DocumentsSettings) -> None:
    """Refuse a bomb by the sizes that its directory declares; zipfile never unpacks more of a part than those."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = archive.infolist()
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise Unfit("password", "Expected DOCX that opens without a password; save a copy without one.")
    unpacked = sum(part.file_size for part in parts)
    most = max(record_bytes(settings), settings.max_expansion * len(content))
    if not (unpacked <= min(most, settings.max_file_megabytes * MEGABYTE) and len(parts) <= MOST_PARTS):
        raise Unfit(
            "bomb",
            f"Expected it to unpack to at most {settings.max_expansion} times its size and "
            f"{settings.max_file_megabytes} MiB, in {MOST_PARTS} parts; it declares {unpacked} bytes in {len(parts)}.",
        )


def _document(content: bytes) -> Extracted:
    from docx import Document

    opened = Document(BytesIO(content))
    text = "\n\n".join(filter(None, (_block(block) for block in opened.iter_inner_content())))
    title = (opened.core_properties.title or "").strip() or _first_title(opened)
    return Extracted(text, title)


def _block(block: Any) -> str:
    if not hasattr(block, "rows"):
        return _paragraph(block)
    return table_text(_cells(row) for row in block.rows)


def _paragraph(paragraph: Any) -> str:
    text, style = paragraph.text.strip(), _style(paragraph)
    if not text:
        return ""
    if style == "Title":
        return f"# {text}"
    if style.startswith("Heading "):
        level = style.removeprefix("Heading ")
        return f"{'#' * int(level)} {text}" if level.isdigit() else text
    return f"- {text}" if style.startswith("List ") else str(text)


def _cells(row: Any) -> list[str]:
    """A merged cell is there once for each column that it spans; it says what it says once."""
    seen: list[Any] = []
    for cell in row.cells:
        if not any(cell._tc is other._tc for other in seen):
            seen.append(cell)
    return [" ".join(_block(block) for block in cell.iter_inner_content()) for cell in seen]


def _first_title(opened: Any) -> str | None:
    titles = (one.text.strip() for one in opened.paragraphs[:20] if _style(one) in ("Title", "Heading 1"))
    return next(filter(None, titles), None)


def _style(paragraph: Any) -> str:
    style = paragraph.style
    return str(style.name) if style is not None and style.name else ""
