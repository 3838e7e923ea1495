"""A page of the company's documents and how it looks as text, Markdown, HTML or PDF."""

import csv
import html
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from examples.company import House
from examples.pdf import write_pdf

NAVIGATION = ("Hire", "Catalogue", "Depots", "Training", "Emergencies", "About us", "Contact")
SCRIPT = 'window.kettle = window.kettle || []; window.kettle.push({event: "view", page: document.title});'
COOKIES = "We use two cookies. One remembers your basket and the other remembers that you have read this."
CONFIDENTIAL = "This report is for the workshop and the hire desk only. If it reached you by mistake, please return it."


@dataclass(frozen=True)
class Page:
    """What a document says, apart from its format. `path` is below documents/; its ending is the format."""

    path: str
    title: str
    paragraphs: tuple[str, ...]
    table: tuple[tuple[str, ...], ...] = ()
    language: str = "en"

    @property
    def text(self) -> str:
        return "\n\n".join([self.title, *self.paragraphs])


@dataclass(frozen=True)
class File:
    """A file as written. `texts`: what each document in it says, by key (the path, or path#number)."""

    path: str
    data: bytes
    texts: dict[str, str]
    languages: dict[str, str]


def as_text(page: Page, house: House) -> str:
    underline = "=" * len(page.title)
    rows = ["  ".join(row) for row in page.table]
    foot = CONFIDENTIAL if page.path.startswith("visits/") else house.footer
    return "\n\n".join([f"{page.title}\n{underline}", *page.paragraphs, *rows, "--", foot]) + "\n"


def as_markdown(page: Page, house: House) -> str:
    front = f"---\ntitle: {json.dumps(page.title, ensure_ascii=False)}\nlanguage: {page.language}\n---"
    rows = ["| " + " | ".join(row) + " |" for row in page.table]
    table = [rows[0], "| --- " * len(page.table[0]) + "|", *rows[1:]] if rows else []
    parts = [front, f"# {page.title}", *page.paragraphs, "\n".join(table), f"*{house.footer}*"]
    return "\n\n".join(part for part in parts if part) + "\n"


def html_table(page: Page) -> str:
    rows = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in page.table)
    return "<table>\n" + "\n".join(f"<tr>{row}</tr>" for row in rows) + "\n</table>\n" if page.table else ""


def as_html(page: Page, house: House) -> str:
    links = "".join(f'<li><a href="/{name.lower().replace(" ", "-")}">{name}</a></li>' for name in NAVIGATION)
    paragraphs = "\n".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in page.paragraphs)
    title = html.escape(page.title)
    return (
        f'<!doctype html>\n<html lang="{page.language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title} | {house.name}</title>\n<style>nav li {{ display: inline }}</style>\n"
        f"<script>{SCRIPT}</script>\n</head>\n<body>\n"
        f'<div class="cookies">{COOKIES} <button>Fine</button></div>\n'
        f"<nav><ul>{links}</ul></nav>\n<main>\n<h1>{title}</h1>\n{paragraphs}\n{html_table(page)}</main>\n"
        f"<footer><p>{html.escape(house.footer)}</p><p>Follow our vans.</p></footer>\n</body>\n</html>\n"
    )


def as_pdf(page: Page, house: House) -> bytes:
    foot = house.legal if page.path.startswith("letters/") else house.footer
    rows = ["   ".join(row) for row in page.table]
    return write_pdf(page.title, [*page.paragraphs, *rows], foot)


FORMATS: dict[str, Callable[[Page, House], str]] = {"txt": as_text, "md": as_markdown, "html": as_html}


def page_file(page: Page, house: House) -> File:
    suffix = page.path.rsplit(".", 1)[-1]
    data = as_pdf(page, house) if suffix == "pdf" else FORMATS[suffix](page, house).encode("utf-8")
    return File(page.path, data, {page.path: page.text}, {page.path: page.language})


def jsonl_file(path: str, records: list[dict[str, Any]]) -> File:
    """Several documents a file; each record's `text` is one."""
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    keys = [f"{path}#{number}" for number in range(1, len(records) + 1)]
    texts = {key: record["text"] for key, record in zip(keys, records, strict=True)}
    languages = {key: record["language"] for key, record in zip(keys, records, strict=True)}
    return File(path, lines.encode("utf-8"), texts, languages)


def csv_file(path: str, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> File:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return File(path, stream.getvalue().encode("utf-8"), {path: stream.getvalue()}, {path: "en"})
