"""Typed placeholders such as [EMAIL_1]: one number for each value of a conversation, in order of first appearance."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pipelines.redaction.spans import Span

BUILT_IN = ("SECRET", "EMAIL", "IBAN", "CARD", "IP", "PHONE")
"""The kinds that come with Lakewheel, in the order in which they win a tie."""


@lru_cache
def placeholder_pattern(kinds: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\[({'|'.join(map(re.escape, kinds))})_([1-9][0-9]{{0,5}})\]")


class Numbering:
    """The numbers given so far in one conversation; those that stand in its texts already are not given again."""

    def __init__(self, kinds: tuple[str, ...], texts: Iterable[str]) -> None:
        self.pattern = placeholder_pattern(kinds)
        self.last = Counter[str]()
        self.given: dict[tuple[str, str], int] = {}
        self.found = Counter[str]()
        for text in texts:
            for kind, number in self.pattern.findall(text) if "[" in text else ():
                self.last[kind] = max(self.last[kind], int(number))

    def taken(self, text: str) -> list[tuple[int, int]]:
        """Where placeholders stand in a text already."""
        return [match.span() for match in self.pattern.finditer(text)] if "[" in text else []

    def placeholder(self, kind: str, identity: str) -> str:
        self.found[kind] += 1
        if (kind, identity) not in self.given:
            self.last[kind] += 1
            self.given[kind, identity] = self.last[kind]
        return f"[{kind}_{self.given[kind, identity]}]"

    def replaced(self, text: str, spans: Sequence[Span]) -> str:
        """The text with a placeholder for each span; the spans come in order."""
        pieces, at = [], 0
        for span in spans:
            pieces += [text[at : span.start], self.placeholder(span.kind, span.identity)]
            at = span.end
        return "".join([*pieces, text[at:]])
