"""Runs of digits with the separators that people put between them; cards and phone numbers are parts of such runs."""

from __future__ import annotations

import re
from dataclasses import dataclass

# For the inside of a character class.
SPACES = r" \u00a0\u2007\u2009\u202f\u3000"
HYPHENS = r"\-\u2010\u2011\u2012\u2013"
GROUP = re.compile(r"\d+")


def goes_on(sign: str) -> bool:
    """Whether this sign beside a value makes it part of a word; Chinese and Japanese use no spaces around it."""
    return sign == "_" or (sign.isalnum() and sign < "\u2e80")


@dataclass(frozen=True)
class Run:
    """Groups of digits that stand close together in a text."""

    text: str
    groups: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, match: re.Match[str]) -> Run:
        places = GROUP.finditer(match.string, match.start(), match.end())
        return cls(match.string, tuple(place.span() for place in places))

    def sizes(self, first: int, last: int) -> tuple[int, ...]:
        """How many digits each group has, from the first to the last."""
        return tuple(end - start for start, end in self.groups[first : last + 1])

    def digits(self, first: int, last: int) -> str:
        """In plain figures, whichever script they are written in."""
        written = "".join(self.text[start:end] for start, end in self.groups[first : last + 1])
        return written if written.isascii() else "".join(str(int(digit)) for digit in written)

    def separators(self, first: int, last: int) -> set[str]:
        return {self.between(at) for at in range(first, last)}

    def between(self, group: int) -> str:
        """What stands between a group and the next."""
        return self.text[self.groups[group][1] : self.groups[group + 1][0]]

    def before(self, group: int, count: int) -> str:
        """What stands before a group, at most so many characters."""
        start = self.groups[group][0]
        return self.text[max(0, start - count) : start]

    def after(self, group: int, count: int) -> str:
        end = self.groups[group][1]
        return self.text[end : end + count]
