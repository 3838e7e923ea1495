"""From the markup of a wiki to text: templates, references and files go, headings, lists and tables stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipelines.documents.reading.rows import table_text
from pipelines.unfit import Unfit

DROPPED = frozenset(
    [
        "ref",
        "references",
        "gallery",
        "timeline",
        "imagemap",
        "score",
        "math",
        "chem",
        "syntaxhighlight",
        "source",
        "templatestyles",
        "graph",
        "mapframe",
        "maplink",
        "indicator",
        "includeonly",
        "hiero",
        "inputbox",
        "section",
    ]
)
BULLETS = {"*": "- ", "#": "1. ", ";": "", ":": ""}
ENGLISH_APART = ("media", "file", "image", "category")
"""What every wiki understands, whatever its own language calls them."""
SWITCHES = re.compile(r"__[A-Z]+__")
EMPTY_BRACKETS = re.compile(r"[ \t]?\([\s,;]*\)")
SPACES = re.compile(r"[ \t]+(?=\n|$)")
GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Words:
    """What a wiki calls its namespaces of files and categories."""

    apart: tuple[str, ...] = ()

    def stands_apart(self, title: str) -> bool:
        """Whether a link puts a picture beside the text or the page into a category; with a colon first it is a link."""
        prefix, colon, _ = title.partition(":")
        names = {*ENGLISH_APART, *(name.lower() for name in self.apart)}
        return bool(colon) and prefix.strip().replace("_", " ").lower() in names


def article_text(markup: str, words: Words) -> str:
    """The text of an article as a reader sees it, with Markdown's marks for headings, lists and tables."""
    import mwparserfromhell

    try:
        code = mwparserfromhell.parse(markup, skip_style_tags=True)
        text = "".join(_texts(code, words))
    except (mwparserfromhell.parser.ParserError, RecursionError):
        raise Unfit("broken_markup", "Expected wikitext; its marks do not fit together.") from None
    return _tidy(text)


def _texts(code: Any, words: Words) -> Iterator[str]:
    for node in code.nodes:
        yield _text(node, words)


def _text(node: Any, words: Words) -> str:
    kind = type(node).__name__
    if kind == "Text":
        return str(node.value)
    if kind == "Wikilink":
        return _linked(node, words)
    if kind == "ExternalLink":
        return _inside(node.title, words) if node.title is not None else "" if node.brackets else str(node.url)
    if kind == "Heading":
        return f"\n\n{'#' * node.level} {_inside(node.title, words).strip()}\n\n"
    if kind == "HTMLEntity":
        return str(node.normalize())
    return _tagged(node, words) if kind == "Tag" else ""


def _linked(node: Any, words: Words) -> str:
    title = str(node.title).strip()
    if words.stands_apart(title):
        return ""
    return _inside(node.text, words) if node.text is not None else title.removeprefix(":")


def _tagged(node: Any, words: Words) -> str:
    name = str(node.tag).strip().lower()
    if name in DROPPED:
        return ""
    if name == "table":
        return f"\n\n{_table(node, words)}\n\n"
    if name in ("br", "hr"):
        return "\n"
    if node.wiki_markup in BULLETS and name in ("li", "dt", "dd"):
        return BULLETS[node.wiki_markup]
    inside = _inside(node.contents, words) if node.contents is not None else ""
    return f"\n\n{inside}\n\n" if name in ("p", "div", "blockquote", "poem") else inside


def _table(table: Any, words: Words) -> str:
    rows: list[list[str]] = [[]]
    heads: list[bool] = [True]
    for node in table.contents.nodes if table.contents is not None else ():
        name = str(node.tag).strip().lower() if type(node).__name__ == "Tag" else ""
        if name == "tr":
            cells = [one for one in node.contents.nodes if _is_cell(one)] if node.contents is not None else []
            rows.append([_inside(cell.contents, words) for cell in cells])
            heads.append(bool(cells) and all(str(cell.tag) == "th" for cell in cells))
        elif _is_cell(node):
            rows[0].append(_inside(node.contents, words))
            heads[0] = heads[0] and name == "th"
    filled = [(row, head) for row, head in zip(rows, heads, strict=True) if any(cell.strip() for cell in row)]
    return table_text((row for row, _ in filled), has_head=bool(filled) and filled[0][1])


def _is_cell(node: Any) -> bool:
    return type(node).__name__ == "Tag" and str(node.tag).strip().lower() in ("td", "th")


def _inside(code: Any, words: Words) -> str:
    return "".join(_texts(code, words)) if code is not None else ""


def _tidy(text: str) -> str:
    """Without what templates leave behind: empty brackets, ends of lines and gaps."""
    text = SPACES.sub("", EMPTY_BRACKETS.sub("", SWITCHES.sub("", text)))
    return GAPS.sub("\n\n", text).strip()
