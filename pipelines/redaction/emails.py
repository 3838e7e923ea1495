"""E-mail addresses, found from their @ outwards so that a long text without one costs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.redaction.spans import Span

# Latin letters only: Chinese and Japanese write the sentence on right after the address.
LETTER = r"A-Za-z0-9\u00c0-\u024f"
LOCAL = re.compile(rf"[{LETTER}_+%'&!#$*/=?^`{{|}}~.-]{{1,64}}\Z")
LOCAL_START = re.compile(rf"[^{LETTER}_]*")
TOP_LEVEL = r"(?:[A-Za-z\u00c0-\u024f]{2,24}|xn--[A-Za-z0-9-]{2,40})"
DOMAIN = re.compile(rf"(?:[{LETTER}](?:[{LETTER}_-]{{0,62}}[{LETTER}])?\.){{1,8}}{TOP_LEVEL}")
PASSWORD_BEFORE = re.compile(r"://[^\s/@:]*:[^\s/@]*\Z")
VERSION = re.compile(r"\d+\.\d")


def find_emails(text: str) -> Iterator[Span]:
    at = text.find("@")
    while at >= 0:
        span = _around(text, at)
        if span:
            yield span
        at = text.find("@", at + 1)


def _around(text: str, at: int) -> Span | None:
    local, domain = LOCAL.search(text, max(0, at - 64), at), DOMAIN.match(text, at + 1)
    if not local or not domain:
        return None
    trimmed = LOCAL_START.match(text, local.start(), at)
    start = trimmed.end() if trimmed else local.start()
    if start == at or _is_something_else(text, start, at, domain.group()):
        return None
    return Span(start, domain.end(), "EMAIL", text[start : domain.end()].casefold())


def _is_something_else(text: str, start: int, at: int, domain: str) -> bool:
    """A package with its version, git's own account, or the password in https://user:password@host."""
    in_url = bool(PASSWORD_BEFORE.search(text, max(0, start - 200), at))
    return in_url or text[start:at] == "git" or bool(VERSION.match(domain))
