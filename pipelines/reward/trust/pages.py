"""The trust report as files: pictures, and a page in Markdown and one in HTML that holds its pictures itself."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from pipelines.reward.trust.inputs import TrustInputs
from pipelines.reward.trust.plots import TITLES, pictures_of
from pipelines.reward.trust.report import TrustReport
from pipelines.reward.trust.words import Section, sections_of

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a202c }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #e2e8f0; vertical-align: top }
img { max-width: 100% }
"""


def write_pages(report: TrustReport, inputs: TrustInputs, folder: Path, name: str) -> list[Path]:
    """The report on the reward model of this name; every file that was written, to be logged as artifacts."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures, sections = pictures_of(report, inputs), sections_of(report)
    title = f"Trust report: {name}"
    files = {f"{picture}.png": content for picture, content in pictures.items()}
    files["trust.md"] = markdown_page(title, sections, list(pictures)).encode()
    files["trust.html"] = html_page(title, sections, pictures).encode()
    for file, content in files.items():
        (folder / file).write_bytes(content)
    return [folder / file for file in files]


def markdown_page(title: str, sections: Sequence[Section], pictures: Sequence[str]) -> str:
    """The page for whoever reads text; its pictures lie beside it."""
    lines = [f"# {title}"]
    for section in sections:
        lines += ["", f"## {section.title}", ""]
        lines += [f"- {sentence}" for sentence in section.sentences]
        if section.rows:
            lines += [_row(section.names), _row(["---"] * len(section.names)), *map(_row, section.rows)]
    lines += ["", "## Pictures"]
    lines += [line for picture in pictures for line in ("", f"![{TITLES[picture]}]({picture}.png)")]
    return "\n".join(lines) + "\n"


def html_page(title: str, sections: Sequence[Section], pictures: Mapping[str, bytes]) -> str:
    """The page for a browser, in one file."""
    parts = [part for section in sections for part in _html_section(section)]
    images = [
        f'<img alt="{escape(TITLES[name])}" src="data:image/png;base64,{b64encode(content).decode()}">'
        for name, content in pictures.items()
    ]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    body = "\n".join([f"<h1>{escape(title)}</h1>", *parts, "<h2>Pictures</h2>", *images])
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
