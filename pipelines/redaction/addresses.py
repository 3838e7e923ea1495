"""IP addresses of both versions; a number with dots that its surroundings call a version or a section is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address

from pipelines.redaction.digits import goes_on
from pipelines.redaction.spans import Span

FOUR = re.compile(r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9A-Za-z_]|\.[0-9])")
SIX_MARK = re.compile(r":[0-9A-Fa-f]{0,4}:")
SIX = re.compile(r"(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4})")
GOES_ON = re.compile(r"[0-9A-Za-z_]|:[0-9A-Fa-f]|\.[0-9]")
SIX_START = re.compile(r"[0-9A-Fa-f]{0,4}\Z")
VERSION_BEFORE = re.compile(
    r"(?:\b(?:v|ver|versions?|versión|versão|versie|wersja|versione|release|build|rev|revision|update|upgrade|firmware|"
    r"sections?|§+|chapter|clause|article|paragraph|appendix|figure|table|abschnitt|kapitel|artikel|anhang|section|"
    r"chapitre|sección|sezione|capítulo|hoofdstuk|rozdział)(?:\s+(?:to|auf|à|a|from))?[\s.:#]{0,2}"
    r"|[=~><!]=\s?|[~^]|[A-Za-z]/|[A-Za-z_][-_]|[0-9]\.)\Z",
    re.IGNORECASE,
)
FILE_AFTER = re.compile(
    r"-(?:alpha|beta|rc|dev|snapshot)|\.(?:tar|zip|jar|whl|t?gz|exe|dll|so|deb|rpm|msi|dmg|apk)\b", re.IGNORECASE
)
NETMASKS_AND_MULTICAST = 224  # first octets from here on are no host's


def find_addresses(text: str) -> Iterator[Span]:
    yield from _find_four(text)
    if text.count(":") > 1:
        yield from _find_six(text)


def _find_four(text: str) -> Iterator[Span]:
    for match in FOUR.finditer(text):
        before = text[max(0, match.start() - 20) : match.start()]
        if goes_on(before[-1:]) or VERSION_BEFORE.search(before) or FILE_AFTER.match(text, match.end()):
            continue
        address = _address(match.group())
        if isinstance(address, IPv4Address) and _is_somebodys(address):
            yield Span(*match.span(), "IP", str(address))


def _is_somebodys(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        first = address.packed[0]
        return not address.is_loopback and 0 < first < NETMASKS_AND_MULTICAST
    return not (address.is_loopback or address.is_unspecified or address.is_multicast)


def _find_six(text: str) -> Iterator[Span]:
    mark = SIX_MARK.search(text)
    while mark:
        begin = SIX_START.search(text, max(0, mark.start() - 4), mark.start())
        whole = SIX.match(text, begin.start() if begin else mark.start())
        span = _six(text, whole) if whole else None
        if span:
            yield span
        mark = SIX_MARK.search(text, max(mark.end() - 1, whole.end() - 1 if whole else 0, mark.start() + 1))


def _six(text: str, match: re.Match[str]) -> Span | None:
    """The address without the colon or full stop that ends a sentence."""
    written = match.group() if match.group().endswith("::") else match.group().rstrip(":")
    end = match.start() + len(written)
    before = text[max(0, match.start() - 1) : match.start()]
    if (
        goes_on(before)
        or before in tuple(":.")
        or GOES_ON.match(text, end)
        or not any(sign.isdigit() for sign in written)
    ):
        return None
    address = _address(written)
    groups = [len(group) for group in written.split(":")]
    is_device = groups == [2] * 8
    if not isinstance(address, IPv6Address) or is_device or not _is_somebodys(address):
        return None
    return Span(match.start(), end, "IP", str(address))


def _address(written: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(written)
    except ValueError:
        return None
