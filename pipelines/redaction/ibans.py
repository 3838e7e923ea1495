"""IBANs: a country, its length, and a remainder of 1 by 97; in groups of any size, or in one piece."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipelines.redaction.digits import HYPHENS, SPACES, goes_on
from pipelines.redaction.spans import Span

# The digits come first, so that the search can skip to them.
HEAD = re.compile(r"[0-9]{2}(?<=(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2})")
REST = re.compile(rf"(?:[{SPACES}{HYPHENS}.]?[A-Za-z0-9]){{11,30}}")
COUNT = re.compile(r"([0-9]+)!")


@lru_cache(maxsize=1024)
def account_length(country: str) -> int | None:
    """How many characters follow the country and its check digits, or None where there is no such country."""
    from stdnum import numdb

    structure = numdb.get("iban").info(country)[0][1].get("bban")
    return sum(map(int, COUNT.findall(structure))) if structure else None


def find_ibans(text: str) -> Iterator[Span]:
    head = HEAD.search(text)
    while head:
        span = _iban_at(text, head.start() - 2)
        if span:
            yield span
        head = HEAD.search(text, span.end if span else head.end())


def _iban_at(text: str, start: int) -> Span | None:
    length = account_length(text[start : start + 2].upper())
    rest = REST.match(text, start + 4) if length else None
    if not length or not rest:
        return None
    places = [at for at in range(rest.start(), rest.end()) if text[at].isalnum()]
    if len(places) < length:
        return None
    end = places[length - 1] + 1
    return _checked(text, start, end)


def _checked(text: str, start: int, end: int) -> Span | None:
    from stdnum import iban

    compact = "".join(sign for sign in text[start:end] if sign.isalnum()).upper()
    if goes_on(text[end : end + 1]) or not iban.is_valid(compact, check_country=False):
        return None
    return Span(start, end, "IBAN", compact)
