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
VERBATIM = re.compile(r"(<nowiki>.*?</nowiki>)", re.DOTALL | re.IGNORECASE)
UNSEEN = re.compile(
    r"<!--.*?-->|<ref\b[^<>]*/>|<ref\b[^<>]*(?<!/)>[^<]*(?:<(?!/?ref\b)[^<]*)*</ref\s*>", re.DOTALL | re.IGNORECASE
)
INNERMOST_TEMPLATE = re.compile(r"\{\{[^{}]*\}\}")
PLAIN_LINK = re.compile(r"\[\[([^\[\]{}|<>\n]+)(?:\|([^\[\]{}|<>\n]+))?\]\]")
ARGUMENTS = re.compile(r"\|(?![^\[\]]*\]\])")
DEEPEST = 40
PASSED_ON = {"lang": 2, "nowrap": 1, "nobr": 1, "small": 1, "abbr": 1, "quote": 1, "cquote": 1, "blockquote": 1}
"""Templates that only dress up one of their arguments, which a reader sees where the template stands."""
MEASURES = frozenset({"convert", "cvt"})
SIGNS = {"!": "|", "–": "–", "ndash": "–", "snd": " – ", "spaced ndash": " – ", "—": "—", "mdash": "—", "'": "'"}
QUOTES = re.compile(r"'{2,5}")
"""Wikitext's marks of italic and bold."""
BULLET_GAPS = re.compile(r"^((?:- |1\. )+)[ \t]+", re.MULTILINE)
SPACES = re.compile(r"[ \t]+(?=\n|$)")
GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Words:
    """What a wiki calls its namespaces of files and categories, in small letters."""

    apart: frozenset[str] = frozenset(ENGLISH_APART)

    def stands_apart(self, title: str) -> bool:
        """Whether a link is to a picture or a category; a colon in front would make it a link in the text."""
        prefix, colon, _ = title.partition(":")
        return bool(colon) and prefix.strip().replace("_", " ").lower() in self.apart


def article_text(markup: str, words: Words) -> str:
    """The text of an article as a reader sees it, with Markdown's marks for headings, lists and tables."""
    import mwparserfromhell

    try:
        code = mwparserfromhell.parse(_made_plainer(markup, words), skip_style_tags=True)
        text = "".join(_texts(code, words))
    except (mwparserfromhell.parser.ParserError, RecursionError):
        raise Unfit("broken_markup", "Expected wikitext; its marks do not fit together.") from None
    return _tidy(text)


def _made_plainer(markup: str, words: Words) -> str:
    """Comments, references, plain templates and plain links done without the parser, which takes most of the time.

    What is not plainly one of these (templates around tables, unclosed references) is left to the parser.
    """

    def shown(link: re.Match[str]) -> str:
        return "" if words.stands_apart(link[1]) else link[2] or link[1].strip().removeprefix(":")

    parts = VERBATIM.split(markup)
    parts[::2] = [PLAIN_LINK.sub(shown, _without_templates(UNSEEN.sub("", part))) for part in parts[::2]]
    return "".join(parts)


def _without_templates(markup: str) -> str:
    for _ in range(DEEPEST):
        markup, removed = INNERMOST_TEMPLATE.subn(_said_by, markup)
        if not removed:
            break
    return markup


def _said_by(template: re.Match[str]) -> str:
    name, *arguments = (one.strip() for one in ARGUMENTS.split(template[0][2:-2]))
    name, given = name.lower(), [one for one in arguments if not re.match(r"\w+\s*=", one)]
    if name in MEASURES:
        return " ".join(given[:2])
    place = PASSED_ON.get(name, 0)
    return given[place - 1] if 0 < place <= len(given) else SIGNS.get(name, "")


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
    rows: list[list[Any]] = [[]]
    for node in table.contents.nodes if table.contents is not None else ():
        if _is(node, "tr") and node.contents is not None:
            rows.append([one for one in node.contents.nodes if _is(one, "td", "th")])
        elif _is(node, "td", "th"):
            rows[0].append(node)
    is_captioned = bool(rows[0]) and str(rows[0][0].contents).startswith("+")
    caption = [_inside(rows[0].pop(0).contents, words)[1:].strip()] if is_captioned else []
    texts = [[_inside(cell.contents, words) for cell in row] for row in rows]
    filled = [(row, cells) for row, cells in zip(rows, texts, strict=True) if any(cell.strip() for cell in cells)]
    has_head = bool(filled) and all(_is(cell, "th") for cell in filled[0][0])
    return "\n".join([*caption, table_text((cells for _, cells in filled), has_head)])


def _is(node: Any, *names: str) -> bool:
    return type(node).__name__ == "Tag" and str(node.tag).strip().lower() in names


def _inside(code: Any, words: Words) -> str:
    return "".join(_texts(code, words)) if code is not None else ""


def _tidy(text: str) -> str:
    """Without what markup leaves behind: marks of bold, empty brackets, ends of lines, gaps and empty sections."""
    text = SPACES.sub("", EMPTY_BRACKETS.sub("", QUOTES.sub("", SWITCHES.sub("", text))))
    text = BULLET_GAPS.sub(r"\1", text)
    blocks = GAPS.sub("\n\n", text).strip().split("\n\n")
    kept: list[str] = []
    for block in reversed(blocks):
        following = _level(kept[-1]) if kept else 1
        if not (_level(block) and following and following <= _level(block)):
            kept.append(block)
    return "\n\n".join(reversed(kept))


def _level(block: str) -> int:
    """How deep a heading stands; 0 for what is none."""
    marks = len(block) - len(block.lstrip("#"))
    return marks if marks and block[marks : marks + 1] == " " and "\n" not in block else 0
