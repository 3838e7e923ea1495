"""What a team adds in its settings: patterns by name, and lists of words and names that are matched whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipelines.redaction.spans import Span

WORD = re.compile(r"\w+")
BETWEEN = 3  # characters that may stand between two words of a name, as in "Quenby, Anna"


def kind_of(name: str) -> str:
    """What a pattern or list of this name is called in a placeholder."""
    return name.upper()


@dataclass(frozen=True)
class PatternFinder:
    """Every match of a pattern of the settings."""

    kind: str
    pattern: re.Pattern[str]

    def __call__(self, text: str) -> Iterator[Span]:
        for match in self.pattern.finditer(text):
            yield Span(*match.span(), self.kind, match.group())


@dataclass(frozen=True)
class ListFinder:
    """Entries of the lists of the settings, in any case; looked up by their first word, so that lists may be long."""

    entries: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    """First word -> each entry that starts with it, as its words and its kind."""

    @classmethod
    def of(cls, lists: Mapping[str, Sequence[str]]) -> ListFinder:
        entries: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name, listed in lists.items():
            for words in filter(None, map(_words, listed)):
                entries.setdefault(words[0], []).append((words, kind_of(name)))
        return cls({first: tuple(sorted(same, reverse=True)) for first, same in entries.items()})

    def __call__(self, text: str) -> Iterator[Span]:
        places = list(WORD.finditer(text)) if self.entries else []
        for at, place in enumerate(places):
            for words, kind in self.entries.get(place.group().lower(), ()):
                if _stands_here(places[at : at + len(words)], words):
                    yield Span(place.start(), places[at + len(words) - 1].end(), kind, " ".join(words))


def _words(entry: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in WORD.findall(entry))


def _stands_here(places: Sequence[re.Match[str]], words: Iterable[str]) -> bool:
    is_close = all(after.start() - before.end() <= BETWEEN for before, after in pairwise(places))
    return is_close and [place.group().lower() for place in places] == list(words)
