"""Keys and tokens that carry their provider's mark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.redaction.spans import Span

START = r"(?<![A-Za-z0-9])"
WIDE = "[A-Za-z0-9_-]"
BASE64 = re.compile(r"[A-Za-z0-9+/]")


@dataclass(frozen=True)
class Mark:
    """What a provider's keys look like. A text without any of its words is not searched at all."""

    provider: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]
    needs_digit: bool = False


def _mark(provider: str, words: str, pattern: str, *, needs_digit: bool = False) -> Mark:
    return Mark(provider, tuple(words.split("|")), re.compile(START + pattern), needs_digit)


PEM_BODY = r"(?:(?:[^-]|-(?!----)){0,20000}-----END [A-Z ]{0,40}-----|(?:\s{0,4}[A-Za-z0-9+/=]{40,80})*)"
MARKS = (
    _mark("AWS", "AKIA|ASIA", r"A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])"),
    _mark("GitHub", "ghp_|gho_|ghu_|ghs_|ghr_", r"gh[pousr]_[A-Za-z0-9]{30,}"),
    _mark("GitHub, fine-grained", "github_pat_", r"github_pat_[A-Za-z0-9_]{30,}"),
    _mark("GitLab", "glpat-|gldt-|glrt-|glcbt-|glptt-", rf"gl(?:pat|dt|rt|cbt|ptt)-{WIDE}{{18,}}"),
    _mark("OpenAI, Anthropic and their like", "sk-", rf"sk-{WIDE}{{18,}}", needs_digit=True),
    _mark("Stripe", "_live_|_test_", r"[srp]k_(?:live|test)_[A-Za-z0-9]{10,}"),
    _mark("Stripe webhook", "whsec_", r"whsec_[A-Za-z0-9]{20,}"),
    _mark("Google", "AIza", rf"AIza{WIDE}{{30,}}"),
    _mark("Google OAuth", "GOCSPX-|ya29.", rf"(?:GOCSPX-|ya29\.){WIDE}{{20,}}"),
    _mark("Slack", "xox", r"xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10,}", needs_digit=True),
    _mark("Slack app", "xapp-", r"xapp-[A-Za-z0-9-]{20,}", needs_digit=True),
    _mark("Slack webhook", "hooks.slack.com", r"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9+/]{20,}"),
    _mark("Hugging Face", "hf_", r"hf_[A-Za-z0-9]{30,}"),
    _mark("Databricks", "dapi", r"dapi[a-f0-9]{32}(?:-[0-9]{1,2})?"),
    _mark("JWT", "eyJ", rf"eyJ{WIDE}{{8,}}\.eyJ{WIDE}{{4,}}(?:\.{WIDE}*)?"),
    _mark("npm", "npm_", r"npm_[A-Za-z0-9]{30,}"),
    _mark("PyPI", "pypi-", rf"pypi-{WIDE}{{50,}}"),
    _mark("Telegram", ":AA", rf"[0-9]{{8,10}}:AA{WIDE}{{30,}}"),
    _mark("SendGrid", "SG.", rf"SG\.{WIDE}{{16,}}\.{WIDE}{{16,}}"),
    _mark("DigitalOcean", "do_v1_|oo_v1_|or_v1_", r"do[por]_v1_[a-f0-9]{40,}|d[op]o_v1_[a-f0-9]{40,}"),
    _mark("Shopify", "shp", r"shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32,}"),
    _mark("xAI, Groq, Replicate, Perplexity", "xai-|gsk_|r8_|pplx-", r"(?:xai-|gsk_|r8_|pplx-)[A-Za-z0-9]{30,}"),
    _mark("private key", "PRIVATE KEY", rf"-----BEGIN [A-Z ]{{0,30}}PRIVATE KEY[A-Z ]{{0,10}}-----{PEM_BODY}"),
)
BY_WORD = [(word, mark) for mark in MARKS for word in mark.words]
AZURE_LENGTH = 86


def find_keys(text: str) -> Iterator[Span]:
    for mark in dict.fromkeys([mark for word, mark in BY_WORD if word in text]):
        for match in mark.pattern.finditer(text):
            if not mark.needs_digit or any(sign.isdigit() for sign in match.group()):
                yield Span(*match.span(), "SECRET", match.group())
    yield from _find_azure(text)


def _find_azure(text: str) -> Iterator[Span]:
    """Azure's storage keys have no mark but their end: exactly 64 bytes in base 64."""
    end = text.find("==")
    while end >= 0:
        start = end - AZURE_LENGTH
        body = text[start:end] if start >= 0 else ""
        goes_on = start > 0 and BASE64.match(text[start - 1])
        if body and not goes_on and all(map(BASE64.match, body)):
            yield Span(start, end + 2, "SECRET", text[start : end + 2])
        end = text.find("==", end + 2)
