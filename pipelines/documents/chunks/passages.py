"""From sections to passages: as many whole pieces as fit, ended where a paragraph ends if that is not too early."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from conf import ChunkSettings
from pipelines.documents.chunks.blocks import Piece, SectionText, sections_of, words_in

LEAST_FILL = 0.5
"""A passage ends with its last paragraph if that leaves it at least this full."""


@dataclass(frozen=True)
class Passage:
    """A part of a document that is found again by itself."""

    section: int
    """Number of the section that it stands in."""
    heading: str | None
    text: str
    tokens: int
    start: int
    end: int


@dataclass(frozen=True)
class Measure:
    """How many tokens stand between two characters, once the text was read as tokens."""

    begins: Sequence[int]
    """The first character of each token, in order."""

    def tokens(self, start: int, end: int) -> int:
        return bisect_left(self.begins, end) - bisect_left(self.begins, start)


def passages_of(text: str, title: str | None, measure: Measure, settings: ChunkSettings) -> Iterator[Passage]:
    """The passages of a document in their order; none crosses a heading."""
    for number, section in enumerate(sections_of(text, title)):
        for pieces in _gathered(_fitting(text, section, measure, settings.most_tokens), measure, settings):
            start, end, header = pieces[0].start, pieces[-1].end, _header_before(pieces)
            said = text[start:end] if header is None else f"{text[slice(*header)]}\n{text[start:end]}"
            tokens = measure.tokens(start, end) + (measure.tokens(*header) if header else 0)
            if tokens:
                yield Passage(number, section.heading, said, tokens, start, end)


def _fitting(text: str, section: SectionText, measure: Measure, most: int) -> list[Piece]:
    """The pieces of a section, those that no passage could hold as words."""
    return [
        part
        for piece in section.pieces
        for part in ([piece] if measure.tokens(piece.start, piece.end) <= most else words_in(text, piece))
    ]


def _gathered(pieces: Sequence[Piece], measure: Measure, settings: ChunkSettings) -> Iterator[Sequence[Piece]]:
    """Pieces by passage; the next passage begins with the last pieces of the one before, as far as they may."""
    start, ended = 0, 0
    while ended < len(pieces):
        length = _length_of(pieces, start, measure)
        stop = ended + 1
        while stop < len(pieces) and length(stop + 1) <= settings.most_tokens:
            stop += 1
        if stop < len(pieces):
            stop = _last_break(pieces, ended, stop, length, settings.most_tokens * LEAST_FILL)
        yield pieces[start:stop]
        start, ended = _overlapping(pieces, start, stop, measure, settings), stop


def _length_of(pieces: Sequence[Piece], start: int, measure: Measure) -> Callable[[int], int]:
    """The tokens of a passage from a piece to before another, with the header that it says again."""
    header = _header_before(pieces[start:])
    extra = measure.tokens(*header) if header else 0
    return lambda stop: extra + measure.tokens(pieces[start].start, pieces[stop - 1].end)


def _last_break(pieces: Sequence[Piece], ended: int, stop: int, length: Callable[[int], int], least: float) -> int:
    """The last place where something begins and the passage is long enough; else where it is full."""
    breaks = (at for at in range(stop, ended, -1) if pieces[at].begins and length(at) >= least)
    return next(breaks, stop)


def _overlapping(pieces: Sequence[Piece], start: int, stop: int, measure: Measure, settings: ChunkSettings) -> int:
    """Where the next passage begins: so that it says something new, and not the whole one before again."""
    if stop >= len(pieces):
        return stop
    room = min(settings.overlap * settings.most_tokens, settings.most_tokens - _new(pieces[stop], measure))
    lengths = accumulate(measure.tokens(one.start, one.end) for one in reversed(pieces[start + 1 : stop]))
    return stop - sum(1 for length in lengths if length <= room)


def _new(piece: Piece, measure: Measure) -> int:
    return measure.tokens(piece.start, piece.end) + (measure.tokens(*piece.header) if piece.header else 0)


def _header_before(pieces: Sequence[Piece]) -> tuple[int, int] | None:
    """The header of the table in whose midst a passage begins."""
    return pieces[0].header
