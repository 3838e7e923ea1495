"""Where in a text something was found, and which of several findings that overlap is kept."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Span:
    """A place in a text that holds personal data or a key."""

    start: int
    end: int
    kind: str
    identity: str
    """What two spellings of one value have in common: they share a number."""

    @property
    def length(self) -> int:
        return self.end - self.start


Find = Callable[[str], Iterable[Span]]
"""Everything of one sort in a text, in any order; overlaps are resolved later."""


def without_overlaps(spans: Iterable[Span], kinds: Sequence[str]) -> list[Span]:
    """The longest wins, then the kind that comes first, then the one further left."""
    kept: list[tuple[int, int, Span]] = []
    for span in sorted(spans, key=lambda one: (-one.length, kinds.index(one.kind), one.start)):
        at = bisect_right(kept, (span.start, span.end), key=lambda one: one[:2])
        free_before = at == 0 or kept[at - 1][1] <= span.start
        free_after = at == len(kept) or span.end <= kept[at][0]
        if span.length and free_before and free_after:
            insort(kept, (span.start, span.end, span), key=lambda one: one[:2])
    return [span for _, _, span in kept]


def gaps(start: int, end: int, taken: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What lies between places that are taken."""
    for taken_start, taken_end in taken:
        if start < taken_start:
            yield start, taken_start
        start = taken_end
    if start < end:
        yield start, end


def find_all(text: str, taken: Iterable[tuple[int, int]], finders: Sequence[Find], kinds: Sequence[str]) -> list[Span]:
    """Look between the taken places until nothing is left to find: so a second redaction finds nothing either.

    A gap is looked at as a text of its own: so it will be met when the redacted text is redacted again.
    """
    found: list[Span] = []
    waiting = list(gaps(0, len(text), taken))
    while waiting:
        start, end = waiting.pop()
        part = text[start:end]
        seen = without_overlaps((span for find in finders for span in find(part)), kinds)
        placed = [replace(span, start=span.start + start, end=span.end + start) for span in seen]
        found += placed
        waiting += gaps(start, end, [(span.start, span.end) for span in placed]) if placed else ()
    return sorted(found, key=lambda span: span.start)
