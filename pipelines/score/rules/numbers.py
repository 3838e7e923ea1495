"""Numbers in texts: where they stand, and what they can mean with points, commas and gaps between the digits."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import partial
from typing import Literal

from conf.rules import NumberCheck
from pipelines.score.protocol import Score, Subject
from pipelines.score.rules.matches import NO_GOLD
from pipelines.score.rules.verdict import Check, abstained, failed, judged

DecimalMark = Literal["point", "comma", "either"]
GAPS = " '\u2019\u00a0\u2009\u202f"
NUMBER = re.compile(
    rf"(?<!\w)(?<!\d[.,])(?P<sign>[-+\u2212])?(?P<digits>\d{{1,3}}(?:[{GAPS}]\d{{3}})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*|[.,]\d+)"
    r"(?P<exponent>[eE][-+]?\d{1,3}(?!\w))?"
)
MOST_DIGITS = 400


def number_check(settings: NumberCheck) -> Check:
    """Whether the number that counts is a gold's."""
    return partial(_judge, settings)


def _judge(settings: NumberCheck, subject: Subject) -> Score:
    if not subject.golds:
        return abstained(NO_GOLD)
    golds = [readings for gold in subject.golds for readings in numbers_in(gold, settings.decimal)[-1:]]
    if not golds:
        return abstained("no gold answer holds a number")
    found = numbers_in(subject.answer, settings.decimal)
    if not found:
        return failed("the answer holds no number")
    if settings.which == "only" and len(found) > 1:
        return failed(f"the answer holds {len(found)} numbers, not one")
    ours, tolerance = found[0 if settings.which == "first" else -1], Decimal(str(settings.tolerance))
    is_near = any(abs(one - gold) <= tolerance for readings in golds for gold in readings for one in ours)
    return judged(is_near, "its number is not a gold answer's")


def numbers_in(text: str, decimal: DecimalMark) -> list[frozenset[Decimal]]:
    """Every number in order, each as all that it can mean; those with hundreds of digits are none."""
    found = []
    for match in NUMBER.finditer(text):
        if len(match["digits"]) <= MOST_DIGITS:
            sign = "-" if match["sign"] in ("-", "\u2212") else ""
            meanings = readings_of(match["digits"], decimal)
            found.append(frozenset(Decimal(f"{sign}{one}{match['exponent'] or ''}") for one in meanings))
    return [readings for readings in found if readings]


def readings_of(digits: str, decimal: DecimalMark) -> set[str]:
    """What digits with marks between them can mean, written with a decimal point; nothing for 1.2.3."""
    plain = re.sub(f"[{GAPS}]", "", digits)
    if decimal == "either":
        return readings_of(plain, "point") | readings_of(plain, "comma")
    point, comma = (".", ",") if decimal == "point" else (",", ".")
    if re.fullmatch(rf"\d{{1,3}}(\{comma}\d{{3}})+(\{point}\d+)?", plain):
        return {plain.replace(comma, "").replace(point, ".")}
    if re.fullmatch(rf"\d*(\{point}\d+)?", plain):
        return {plain.replace(point, ".")}
    return set()
