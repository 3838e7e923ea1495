"""Phone numbers: international forms anywhere; national forms by prefix, by groups or by the words before them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from pipelines.redaction.digits import HYPHENS, SPACES, Run
from pipelines.redaction.phone_plans import as_international, is_grouped_as_usual, regions_of
from pipelines.redaction.phone_signs import (
    announces_phone,
    announces_something_else,
    follows_amount,
    has_date,
    is_decimal,
    is_joined,
    is_north_american,
    is_sum,
    is_uniform,
    looks_like_thousands,
    numbers_after,
    numbers_before,
)
from pipelines.redaction.spans import Span

BRACKETS = rf"[{SPACES}]?\(|\)[{SPACES}]?[/{HYPHENS}]?[{SPACES}]?"
SEPARATOR = rf"(?:\.|[{SPACES}]?[/{HYPHENS}][{SPACES}]?|{BRACKETS}|[{SPACES}]{{1,2}})"
RUN = re.compile(rf"\d{{1,15}}(?:{SEPARATOR}\d{{1,15}})*")
SHORTEST, LONGEST, MOST_GROUPS, MOST_SINGLE_DIGITS = 7, 17, 8, 2
PLUS = re.compile(r"[+＋]\(?\Z")
LONGEST_AT_HOME = 13
NEIGHBOURS = 1  # other numbers beside one with its leading zero, such as a house number; more make a table
TRUNK_DIGITS = 9  # a number with its leading zero has at least as many


@dataclass(frozen=True)
class PhoneFinder:
    """Phone numbers in the forms of the world and of these regions."""

    regions: tuple[str, ...]

    def __call__(self, text: str) -> Iterator[Span]:
        for match in RUN.finditer(text):
            if match.end() - match.start() >= SHORTEST:
                yield from self._in_run(Run.of(match))

    def _in_run(self, run: Run) -> Iterator[Span]:
        first = 0
        while first < len(run.groups):
            found = self._from(run, first)
            if found:
                yield found[0]
            first = found[1] + 1 if found else first + 1

    def _from(self, run: Run, first: int) -> tuple[Span, int] | None:
        """The longest number that starts with this group, and its last group."""
        plus = PLUS.search(run.before(first, 3))
        ends = [] if not plus and not is_possible_start(run, first) else _possible_ends(run, first)
        announced = bool(ends) and not plus and announces_phone(run.before(first, 40))
        if not plus and not announced and numbers_before(run, first, NEIGHBOURS + 1) > NEIGHBOURS:
            return None
        for last in ends:
            identity = _abroad(run, first, last) if plus else self._at_home(run, first, last, announced)
            if identity:
                return _span(run, first, last, identity, len(plus.group()) if plus else 0), last
        return None

    def _at_home(self, run: Run, first: int, last: int, announced: bool) -> str | None:
        digits = run.digits(first, last)
        regions = regions_of(digits, self.regions)
        is_shaped = "US" in self.regions and is_north_american(run, first, last)
        if not regions and not is_shaped and not digits.startswith("0"):
            return None
        if has_date(run, first, last) or follows_amount(run, first, last):
            return None
        if announced:
            return _announced(digits, regions)
        if announces_something_else(run.before(first, 24)) or (digits[0] != "0" and is_sum(run, first, last)):
            return None
        return _by_form(run, first, last, regions) or (digits if is_shaped else None)


def _possible_ends(run: Run, first: int) -> list[int]:
    """The groups with which a number that starts with this one may end, the furthest first."""
    sizes = run.sizes(first, min(first + MOST_GROUPS, len(run.groups)) - 1)
    totals = list(accumulate(sizes))
    singles = list(accumulate(size == 1 for size in sizes))
    ends = [at for at, total in enumerate(totals) if SHORTEST <= total <= LONGEST and singles[at] <= MOST_SINGLE_DIGITS]
    return [first + at for at in reversed(ends) if not is_joined(run.after(first + at, 2))]


def _abroad(run: Run, first: int, last: int) -> str | None:
    """After a plus sign: a number in use, or one that only could be if it is in groups as people write them."""
    written = "+" + run.text[run.groups[first][0] : run.groups[last][1]]
    number = as_international(written, None, strict=True)
    if number or last - first < 2 or looks_like_thousands(run, first, last):
        return number
    return as_international(written, None, strict=False)


def _announced(digits: str, regions: list[str]) -> str | None:
    if regions:
        return as_international(digits, regions[0], strict=False)
    abroad = as_international("+" + digits[2:], None, strict=True) if digits.startswith("00") else None
    return abroad or (digits if TRUNK_DIGITS <= len(digits) <= LONGEST_AT_HOME else None)


def _by_form(run: Run, first: int, last: int, regions: list[str]) -> str | None:
    """Without a word that announces it, a number must have its leading zero or the groups of its region."""
    digits, written = run.digits(first, last), run.text[run.groups[first][0] : run.groups[last][1]]
    has_trunk = digits.startswith("0") and len(digits) >= TRUNK_DIGITS
    allowed = NEIGHBOURS if has_trunk else 0
    neighbours = numbers_before(run, first, allowed + 1) + numbers_after(run, last, allowed + 1)
    if neighbours > allowed or is_decimal(run, first, last):
        return None
    if digits.startswith("00"):
        return as_international("+" + digits[2:], None, strict=True)
    if not regions or run.digits(first, first) == "0" or len(digits) > LONGEST_AT_HOME or is_uniform(run, first, last):
        return None
    if has_trunk:
        return as_international(digits, regions[0], strict=True)
    if digits.startswith("0") or last == first or looks_like_thousands(run, first, last):
        return None
    usual = next((region for region in regions if is_grouped_as_usual(written, region)), None)
    return as_international(digits, usual, strict=True) if usual else None


def is_possible_start(run: Run, first: int) -> bool:
    """Whether a national number may begin here: not within a word, a decimal, a path or a longer number."""
    before = run.before(first, 2)
    return not is_joined(before[::-1]) and before[-1:] not in tuple("#$€£¥@_*/\\<&!%^~?")


def _span(run: Run, first: int, last: int, identity: str, lead: int) -> Span:
    """From the plus sign or the bracket before the first digit to the last one."""
    start, end = run.groups[first][0] - lead, run.groups[last][1]
    opened = run.text[start:end].count("(") < run.text[start:end].count(")")
    start -= 1 if opened and run.text[start - 1 : start] == "(" else 0
    return Span(start, end, "PHONE", identity)
