"""HTML: the main content of a page, headings marked and tables kept as rows; and the licence that it links to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from conf import DocumentsSettings
from pipelines.documents.reading.encoding import declared_in_page, decoded
from pipelines.documents.reading.extracted import Extracted, Found
from pipelines.documents.reading.licences import licence_of_link
from pipelines.documents.reading.rows import table_text
from pipelines.documents.reading.streams import record_bytes, whole
from pipelines.files import File

UNSEEN = "script, style, noscript, template"
SKIPPED = [".mw-editsection", ".mw-jump-link"]
"""What MediaWiki, which a good part of the web runs on, puts into headings for those who edit."""
NOT_DATA = "table, h1, h2, h3, h4, form, nav, article, section"
"""A table that holds one of these lays out a page; its cells are passages and not figures."""
HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
STAND_IN = re.compile("\ue000(\\d+)\ue001")


def html(file: File, settings: DocumentsSettings) -> Iterator[Found]:
    """The main content of one page."""
    content = whole(file, settings, record_bytes(settings), "see documents.max_record_megabytes")
    yield page_of(content, settings)


def page_of(content: bytes, settings: DocumentsSettings, declared: str | None = None) -> Extracted:
    """A page from its bytes; a charset that a server declared stands before the page's own."""
    found = decoded(content, declared or declared_in_page(content), settings.guess_encoding)
    from resiliparse.parse.html import HTMLTree

    tree: Any = HTMLTree.parse(found.text.replace("\0", ""))
    title, licence = " ".join((tree.title or "").split()), _licence(tree)
    return Extracted(_text(tree), title or None, found.extra, licence)


def _text(tree: Any) -> str:
    """What is main is guessed; a page of which nothing would be left is taken as a whole."""
    if tree.body is None:
        return ""
    _mark_headings(tree)
    tables = _with_stand_ins(tree)
    for main_content in (True, False):
        text = _extracted(tree, main_content)
        if text.strip():
            return STAND_IN.sub(lambda found: _of(tables, int(found[1])), text)
    return ""


def _extracted(tree: Any, main_content: bool) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(tree, main_content=main_content, alt_texts=False, skip_elements=SKIPPED))


def _mark_headings(tree: Any) -> None:
    for heading in tree.body.query_selector_all(", ".join(HEADINGS)):
        if heading.text.strip() and heading.first_child is not None:
            heading.insert_before(tree.create_text_node(HEADINGS[heading.tag]), heading.first_child)


def _with_stand_ins(tree: Any) -> list[str]:
    """Each table of data becomes a paragraph that stands for it, because the extractor would run its cells together."""
    tables: list[str] = []
    for table in list(tree.body.query_selector_all("table")):
        rows = _rows(tree, table)
        if rows is None:
            continue
        stand_in = tree.create_element("p")
        for name in ("class", "id", "role", "style"):  # by which the extractor tells navigation from content
            if table.getattr(name):
                stand_in.setattr(name, table.getattr(name))
        stand_in.text = f"\ue000{len(tables)}\ue001"
        tables.append(rows)
        table.parent.replace_child(stand_in, table)
    return tables


def _rows(tree: Any, table: Any) -> str | None:
    """The table as text; None for one that lays out a page."""
    rows = [list(row.query_selector_all("th, td")) for row in table.query_selector_all("tr")]
    is_laid_out = table.getattr("role") == "presentation" or table.query_selector(NOT_DATA) is not None
    if is_laid_out or table.parent is None or len(rows) < 2 or max(map(len, rows)) < 2:
        return None
    for unseen in list(table.query_selector_all(UNSEEN)):
        unseen.decompose()
    for broken in list(table.query_selector_all("br, li, p, div")):
        broken.parent.insert_before(tree.create_text_node(" "), broken)
    caption = table.query_selector("caption")
    text = table_text(([_cell(cell) for cell in row] for row in rows), _is_head(rows[0]))
    return "\n".join(filter(None, [_cell(caption) if caption else "", text]))


def _is_head(row: list[Any]) -> bool:
    return len(row) > 1 and all(cell.tag == "th" for cell in row)


def _cell(cell: Any) -> str:
    return " ".join(cell.text.split())


def _of(tables: list[str], number: int) -> str:
    return tables[number] if number < len(tables) else ""


def _licence(tree: Any) -> str | None:
    links = tree.document.query_selector_all("[rel~=license][href]")
    return next(filter(None, (licence_of_link(link.getattr("href")) for link in links)), None)
