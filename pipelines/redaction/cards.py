"""Payment cards: 13 to 19 digits, grouped as on the card or not at all, of a known issuer, with a right check digit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.redaction.digits import HYPHENS, SPACES, Run, goes_on
from pipelines.redaction.spans import Span

RUN = re.compile(rf"\d(?:[{SPACES}{HYPHENS}]?\d){{12,}}")
ISSUERS = {
    "Visa": r"4\d{12}(?:\d{3}){0,2}",
    "Mastercard": r"(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}",
    "American Express": r"3[47]\d{13}",
    "Diners Club": r"3(?:0[0-5]|[689]\d)\d{11}",
    "Discover": r"(?:6011|64[4-9]\d|65\d\d)\d{12}(?:\d{3})?",
    "JCB": r"35(?:2[89]|[3-8]\d)\d{12}",
    "UnionPay": r"62\d{14,17}",
    "Maestro": r"(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{9,15}",
    "Mir": r"220[0-4]\d{12}",
}
ISSUED = re.compile("|".join(ISSUERS.values()))
FOURS = {(4, 4, 4, 1), (4, 4, 4, 3), (4, 4, 4, 4), (4, 4, 4, 4, 1), (4, 4, 4, 4, 2), (4, 4, 4, 4, 3)}
GROUPINGS = FOURS | {(4, 3, 3, 3), (4, 6, 4), (4, 6, 5), (4, 4, 5), (6, 13), (8, 8)}
LONGEST_GROUPING = 5
TABLE_FOURS = 6  # a line with more groups of four than a card and its dates have is a table of numbers


def find_cards(text: str) -> Iterator[Span]:
    for match in RUN.finditer(text):
        run, first, free_from = Run.of(match), 0, 0
        is_table = run.sizes(0, len(run.groups)).count(4) >= TABLE_FOURS
        while first < len(run.groups):
            inside_table = is_table and first > free_from and run.sizes(first - 1, first) == (4, 4)
            last = None if inside_table else _last_group(run, first)
            if last is not None:
                yield Span(run.groups[first][0], run.groups[last][1], "CARD", run.digits(first, last))
                free_from = last + 1
            first = first + 1 if last is None else last + 1


def _last_group(run: Run, first: int) -> int | None:
    """The last group of the card that starts with this group, or None where none does."""
    for last in range(min(first + LONGEST_GROUPING, len(run.groups)) - 1, first - 1, -1):
        sizes = run.sizes(first, last)
        whole = last == first and 13 <= sizes[0] <= 19
        if (whole or sizes in GROUPINGS) and len(run.separators(first, last)) <= 1 and _is_card(run, first, last):
            return last
    return None


def _is_card(run: Run, first: int, last: int) -> bool:
    from stdnum import ean, luhn

    number = run.digits(first, last)
    stands_alone = not _continues(run.before(first, 2)[::-1]) and not _continues(run.after(last, 2))
    if not stands_alone or not ISSUED.fullmatch(number) or not luhn.is_valid(number):
        return False
    is_barcode = first == last and len(number) == 13 and ean.is_valid(number)
    return not is_barcode


def _continues(beyond: str) -> bool:
    """Whether a word or a decimal number goes on here; the nearest character comes first."""
    nearest, further = beyond[:1], beyond[1:2]
    return goes_on(nearest) or (nearest in tuple(".,") and further.isdigit())
