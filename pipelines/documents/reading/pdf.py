"""PDF: the text layer, page after page, read in a process apart; a scan has none and says so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from typing import Any

from conf import DocumentsSettings
from pipelines.documents.reading.apart import reader_apart
from pipelines.documents.reading.extracted import Extracted, Found
from pipelines.documents.reading.streams import whole_file
from pipelines.files import File
from pipelines.unfit import Unfit

WRONG_PASSWORD = 4
"""FPDF_ERR_PASSWORD of pdfium."""
HYPHENS = ("\ufffe\r\n", "\x02\r\n", "\ufffe", "\x02")
"""What pdfium puts where a word was broken at the end of a line."""


def pdf(file: File, settings: DocumentsSettings) -> Iterator[Found]:
    """The text of every page."""
    yield pdf_apart(whole_file(file, settings), settings)


def pdf_apart(content: bytes, settings: DocumentsSettings) -> Found:
    """A document from the bytes of a PDF, whatever it does to its reader."""
    return reader_apart(os.getpid()).read(content, settings)


def pdf_of(content: bytes, settings: DocumentsSettings) -> Found:
    """The same in this process, which a PDF that is made for it can crash or stall."""
    import pypdfium2

    try:
        with closing(pypdfium2.PdfDocument(BytesIO(content), autoclose=True)) as document:
            return _document(document, settings)
    except pypdfium2.PdfiumError as problem:
        if getattr(problem, "err_code", None) == WRONG_PASSWORD:
            return Unfit("password", "Expected a PDF that opens without a password; save a copy without one.")
        return Unfit("broken_pdf", f"Expected a readable PDF; the reader says: {problem}")


def _document(document: Any, settings: DocumentsSettings) -> Found:
    pages = len(document)
    if pages > settings.max_pages:
        return Unfit("too_many_pages", f"Expected at most {settings.max_pages} pages, got {pages}.")
    texts, characters = [], 0
    for number in range(pages):
        texts.append(_page_text(document, number))
        characters += len(texts[-1])
        if characters > settings.max_characters:
            return Unfit(
                "too_long", f"Expected at most {settings.max_characters} characters; page {number + 1} is over."
            )
    text = "\n\n".join(filter(None, texts))
    if not text:
        return Unfit("no_text_layer", f"Its {pages} pages are pictures; put a text layer below them (OCR) first.")
    title = document.get_metadata_dict().get("Title", "").strip()
    return Extracted(text, title or None, {"pages": str(pages)})


def _page_text(document: Any, number: int) -> str:
    with closing(document[number]) as page, closing(page.get_textpage()) as layer:
        text = str(layer.get_text_bounded())
    for hyphen in HYPHENS:
        text = text.replace(hyphen, "")
    return text.replace("\r\n", "\n").strip()
