"""What of an answer stands in its prompt: longer words and numbers, quotes, and markers such as [2]."""

from __future__ import annotations

import re
import unicodedata
from functools import partial

from conf.rules import CitationsCheck, GroundedCheck
from pipelines.score.protocol import Score, Subject
from pipelines.score.rules.matches import TOKEN, without_punctuation
from pipelines.score.rules.numbers import numbers_in
from pipelines.score.rules.verdict import Check, abstained, failed, judged

LEAST_LETTERS = 4
"""Shorter words are mostly grammar, which every text has."""
LEAST_QUOTED_WORDS = 3
"""Shorter quotes are titles and irony."""
QUOTE = re.compile(
    r'"([^"]*)"|\u201c([^\u201c\u201d]*)\u201d|\u201e([^\u201c\u201d\u201e]*)[\u201c\u201d]|\u00ab([^\u00ab\u00bb]*)\u00bb'
)
MARKER = re.compile(r"\[(\d{1,4}(?:\s?[,;\u2013-]\s?\d{1,4}){0,20})\]")


def context_of(subject: Subject) -> str:
    """All that the prompt says, whoever says it."""
    return "\n".join(message["content"] for message in subject.messages)


def grounded_check(settings: GroundedCheck) -> Check:
    """The share of different words and numbers that stand in the prompt."""
    return partial(_judge_grounded, settings.least)


def _judge_grounded(least: float, subject: Subject) -> Score:
    context = context_of(subject)
    known_words, known_numbers = long_words(context), frozenset[object]().union(*numbers_in(context, "either"))
    words, numbers = long_words(subject.answer), set(numbers_in(subject.answer, "either"))
    total = len(words) + len(numbers)
    if not total:
        return abstained(f"the answer holds no number and no word of {LEAST_LETTERS} letters")
    inside = len(words & known_words) + sum(1 for readings in numbers if readings & known_numbers)
    reason = f"{inside} of {total} longer words and numbers stand in the prompt, a smaller share than {least:g}"
    return judged(inside / total >= least, reason, inside / total)


def long_words(text: str) -> set[str]:
    """Words without digits, in small letters; a Chinese or Japanese character is a word however short."""
    tokens = TOKEN.findall(unicodedata.normalize("NFC", text.casefold()))
    return {token for token in tokens if token.isalpha() and (len(token) >= LEAST_LETTERS or token > "\u2fff")}


def citations_check(settings: CitationsCheck) -> Check:
    """The share of quotes and markers that stand in the prompt."""
    return partial(_judge_citations, settings.least)


def _judge_citations(least: int, subject: Subject) -> Score:
    context = context_of(subject)
    quotes, markers = quotes_in(subject.answer), markers_in(subject.answer)
    total = len(quotes) + len(markers)
    if total < least:
        return failed(f"{total} citations, fewer than {least}")
    if not total:
        return abstained("the answer cites nothing")
    plain = _plain(context)
    strange = [f"[{marker}]" for marker in sorted(markers - markers_in(context))]
    invented = sum(1 for quote in quotes if f" {quote} " not in f" {plain} ")
    told = [f"{', '.join(strange[:5])} marks nothing in the prompt"] * bool(strange)
    told += [f"{invented} of {len(quotes)} quotes do not stand in the prompt"] * bool(invented)
    return judged(not told, "; ".join(told), 1 - (len(strange) + invented) / total)


def quotes_in(text: str) -> set[str]:
    """What stands between double quotation marks, in plain words."""
    quotes = {_plain(next(filter(None, match.groups()), "")) for match in QUOTE.finditer(text)}
    return {quote for quote in quotes if len(quote.split()) >= LEAST_QUOTED_WORDS}


def markers_in(text: str) -> set[int]:
    """The numbers of [1], [2, 3] and [4-6]; a range of hundreds is none."""
    found: set[int] = set()
    for match in MARKER.finditer(text):
        for part in re.split(r"[,;]", match[1]):
            ends = [int(number) for number in re.findall(r"\d+", part)]
            found |= set(range(ends[0], ends[-1] + 1)) if ends[-1] - ends[0] < 100 else set()
    return found


def _plain(text: str) -> str:
    """Words alone: case, punctuation and line breaks are often other in a quote."""
    return " ".join(without_punctuation(unicodedata.normalize("NFC", text.casefold())).split())
