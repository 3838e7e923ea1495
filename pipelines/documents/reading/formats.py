"""Which reader reads what: by the ending of a file's name, whatever it was compressed with."""

from __future__ import annotations

from collections.abc import Iterator

from conf import DocumentsSettings
from pipelines.documents.reading.docx import docx
from pipelines.documents.reading.extracted import BROKEN, Found, Reader
from pipelines.documents.reading.mediawiki import wiki_dump
from pipelines.documents.reading.pages import html
from pipelines.documents.reading.pdf import pdf
from pipelines.documents.reading.plain import markdown, plain
from pipelines.documents.reading.records import json_lines
from pipelines.documents.reading.sheets import parquet, separated
from pipelines.documents.reading.warc import web_archive
from pipelines.files import File
from pipelines.unfit import Unfit

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMATS: dict[str, tuple[str, Reader]] = {
    ".txt": ("text/plain", plain),
    ".text": ("text/plain", plain),
    ".md": ("text/markdown", markdown),
    ".markdown": ("text/markdown", markdown),
    ".html": ("text/html", html),
    ".htm": ("text/html", html),
    ".xhtml": ("text/html", html),
    ".pdf": ("application/pdf", pdf),
    ".docx": (DOCX, docx),
    ".jsonl": ("application/jsonl", json_lines),
    ".ndjson": ("application/jsonl", json_lines),
    ".csv": ("text/csv", separated),
    ".tsv": ("text/tab-separated-values", separated),
    ".parquet": ("application/vnd.apache.parquet", parquet),
    ".warc": ("application/warc", web_archive),
    ".wet": ("application/warc", web_archive),
    ".wat": ("application/warc", web_archive),
    ".xml": ("application/vnd.mediawiki", wiki_dump),
}


def media_type_of(file: File) -> str:
    """What the ending of its name says that a file is; raises Unfit where no reader knows it."""
    if file.suffix not in FORMATS:
        raise Unfit("unknown_format", f"Expected one of {', '.join(FORMATS)}; the name ends in `{file.suffix}`.")
    return FORMATS[file.suffix][0]


def read(file: File, settings: DocumentsSettings) -> Iterator[Found]:
    """The documents of a file in their order; what ends it early is the last thing that comes, as an Unfit."""
    found = 0
    try:
        media_type_of(file)
        for one in FORMATS[file.suffix][1](file, settings):
            found += 1
            yield one
    except Unfit as problem:
        yield problem
        return
    except BROKEN as problem:
        damaged = f"The file ends early or is damaged ({type(problem).__name__}); copy it again from where it came."
        yield Unfit("unreadable", damaged)
        return
    if not found:
        yield Unfit("empty", "There is no document in it.")
