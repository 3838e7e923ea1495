"""A report as pages: sections of sentences and tables, in Markdown, and in HTML that holds its pictures itself."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a202c }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #e2e8f0; vertical-align: top }
td { white-space: pre-line; overflow-wrap: anywhere }
img { max-width: 100% }
"""


@dataclass(frozen=True)
class Section:
    """One part of a page: a title, sentences, and a table, as far as it has them."""

    title: str
    sentences: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def markdown_page(title: str, sections: Sequence[Section], pictures: Mapping[str, str]) -> str:
    """The page for whoever reads text; its pictures, here with their titles, lie beside it."""
    lines = [f"# {title}"]
    for section in sections:
        lines += ["", f"## {section.title}", ""]
        lines += [f"- {sentence}" for sentence in section.sentences]
        if section.rows:
            lines += [_row(section.names), _row(["---"] * len(section.names)), *map(_row, section.rows)]
    lines += ["", "## Pictures"] if pictures else []
    lines += [line for name, said in pictures.items() for line in ("", f"![{said}]({name}.png)")]
    return "\n".join(lines) + "\n"


def html_page(title: str, sections: Sequence[Section], pictures: Mapping[str, bytes], titles: Mapping[str, str]) -> str:
    """The page for a browser, in one file."""
    parts = [part for section in sections for part in _html_section(section)]
    images = [
        f'<img alt="{escape(titles[name])}" src="data:image/png;base64,{b64encode(content).decode()}">'
        for name, content in pictures.items()
    ]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    shown = ["<h2>Pictures</h2>", *images] if images else []
    body = "\n".join([f"<h1>{escape(title)}</h1>", *parts, *shown])
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n{body}\n</body></html>\n'


def _html_section(section: Section) -> list[str]:
    parts = [f"<h2>{escape(section.title)}</h2>"]
    if section.sentences:
        parts.append("<ul>" + "".join(f"<li>{escape(sentence)}</li>" for sentence in section.sentences) + "</ul>")
    if section.rows:
        rows = [_html_row(section.names, "th"), *(_html_row(row, "td") for row in section.rows)]
        parts.append("<table>" + "".join(rows) + "</table>")
    return parts


def _html_row(cells: Sequence[str], kind: str) -> str:
    return "<tr>" + "".join(f"<{kind}>{escape(cell)}</{kind}>" for cell in cells) + "</tr>"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
