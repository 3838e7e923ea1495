"""What a text is made of: sections under headings, and in them the smallest pieces that a passage may be made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipelines.near_duplicates.letters import UNSPACED

HEADING = re.compile(r"(#{1,6})[ \t]+(.+?)[ \t#]*$")
FENCE = re.compile(r"[ \t]*(```|~~~)")
TABLE_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*$")
TABLE_RULE = re.compile(r"[ \t]*\|[ \t:|-]*-[ \t:|-]*\|[ \t]*$")
ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)])[ \t]")
SENTENCE_END = re.compile(rf"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]+[」』”]*|\n(?=[ \t]*{ITEM.pattern})")
WORD = re.compile(rf"[{UNSPACED}]|[^\s{UNSPACED}]+")
BETWEEN_HEADINGS = " > "


@dataclass(frozen=True)
class Piece:
    """A sentence, a line of code or a row of a table: characters from start to before end of the document's text."""

    start: int
    end: int
    begins: bool
    """Whether a paragraph, a list item, a table or a piece of code begins here."""
    header: tuple[int, int] | None = None
    """The header of the table that a row belongs to; a passage that begins with the row says it again."""


@dataclass
class SectionText:
    """What stands under one heading, until the next one."""

    path: tuple[str, ...]
    level: int
    at: tuple[int, int]
    """The line of the heading itself."""
    pieces: list[Piece] = field(default_factory=list)

    @property
    def heading(self) -> str | None:
        return BETWEEN_HEADINGS.join(self.path) or None


Line = tuple[int, int, str]
"""Where a line begins and ends, and what stands on it."""


def sections_of(text: str, title: str | None) -> list[SectionText]:
    """The sections in their order, each with the headings above it; one that says nothing itself is left out.

    A heading with nothing below it, not even another heading, is all that its section says.
    """
    sections = [SectionText((title,) if title else (), 0, (0, 0))]
    own: list[Line] = []
    above: list[tuple[int, str]] = []
    fenced = False
    for start, end, line in _lines(text):
        fenced ^= bool(FENCE.match(line))
        found = None if fenced else HEADING.match(line)
        if not found:
            own.append((start, end, line))
            continue
        sections[-1].pieces, own = _pieces(own), []
        level, words = len(found[1]), found[2].strip()
        above = [*((depth, said) for depth, said in above if depth < level), (level, words)]
        sections.append(SectionText(_path(title, above), level, (start, end)))
    sections[-1].pieces = _pieces(own)
    for section, following in zip(sections, [*sections[1:], None], strict=True):
        if not section.pieces and section.level and (following is None or following.level <= section.level):
            section.pieces = [Piece(*section.at, begins=True)]
    return [section for section in sections if section.pieces]


def words_in(text: str, piece: Piece) -> list[Piece]:
    """The words of a piece that is too long to stay whole; no word is ever cut."""
    found = [(one.start(), one.end()) for one in WORD.finditer(text, piece.start, piece.end)]
    return [
        Piece(start, end, begins=piece.begins and number == 0, header=piece.header)
        for number, (start, end) in enumerate(found)
    ]


def _path(title: str | None, above: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    names = [said for _, said in above]
    return tuple(names if not title or names[:1] == [title] else [title, *names])


def _lines(text: str) -> Iterator[Line]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line), line
        start += len(line) + 1


def _pieces(lines: Sequence[Line]) -> list[Piece]:
    """Blocks between empty lines, by what they are: code by lines, tables by rows, everything else by sentences."""
    pieces: list[Piece] = []
    block: list[Line] = []
    fenced = False
    for line in [*lines, (0, 0, "")]:
        fence = bool(FENCE.match(line[2]))
        if block and (_ends_block(block, line) or (fence and not fenced)) and not fenced:
            pieces += _block_pieces(block)
            block = []
        if line[2].strip():
            block.append(line)
        if fence:
            fenced = not fenced
            if not fenced:
                pieces += _block_pieces(block)
                block = []
    return pieces + (_block_pieces(block) if block else [])


def _ends_block(block: Sequence[Line], line: Line) -> bool:
    """An empty line ends everything, and a table ends where there is no row, or begins where there was none."""
    return not line[2].strip() or bool(TABLE_ROW.match(line[2])) != bool(TABLE_ROW.match(block[-1][2]))


def _block_pieces(block: Sequence[Line]) -> list[Piece]:
    if FENCE.match(block[0][2]):
        return [Piece(start, end, begins=not number) for number, (start, end, _) in enumerate(block)]
    if TABLE_ROW.match(block[0][2]):
        return _rows(block)
    return _sentences(block)


def _rows(block: Sequence[Line]) -> list[Piece]:
    """The rows of a table; those below a header name it."""
    has_header = len(block) > 2 and bool(TABLE_RULE.match(block[1][2]))
    header = (block[0][0], block[1][1]) if has_header else None
    first = [Piece(*header, begins=True)] if header else []
    rest = block[2:] if header else block
    return first + [
        Piece(start, end, begins=not header and not number, header=header)
        for number, (start, end, _) in enumerate(rest)
    ]


def _sentences(block: Sequence[Line]) -> list[Piece]:
    """The sentences of a paragraph, or of the items of a list."""
    begin = block[0][0]
    words = "\n".join(line for _, _, line in block)
    pieces: list[Piece] = []
    at = 0
    for stop in [*(found.end() for found in SENTENCE_END.finditer(words)), len(words)]:
        said = words[at:stop]
        if said.strip():
            start, end = at + len(said) - len(said.lstrip()), at + len(said.rstrip())
            pieces.append(Piece(begin + start, begin + end, begins=not pieces or bool(ITEM.match(words, start))))
        at = stop
    return pieces
