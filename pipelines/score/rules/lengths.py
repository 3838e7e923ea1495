"""Length in words, sentences or characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import partial

from conf.rules import LengthCheck
from pipelines.score.protocol import Score, Subject
from pipelines.score.rules.verdict import Check, judged

UNSPACED = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Scripts that are written without spaces, Chinese and Japanese, where each character counts as a word."""
WORD = re.compile(rf"[{UNSPACED}]|[^\s{UNSPACED}]+")
LETTER = re.compile(r"[^\W_]")
LIST_MARK = re.compile(r"^\s*(?:[-*+\u2022]|\d{1,3}[.)])\s+")
ENDING = re.compile(r"(?<![.!?\u2026])([.!?\u2026]+)[\"'\u201d\u2019\u00bb)\]]*(?=\s|$)|[\u3002\uff01\uff1f]+")
ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|[A-Za-z]\.\s?[A-Za-z]|Dr|Mr|Mrs|Ms|Prof|Nr|No|St|vs|etc|approx|ca|bzw|usw|vgl))$"
)


def length_check(settings: LengthCheck) -> Check:
    """Whether what is counted lies within the limits."""
    return partial(_judge, settings, COUNTS[settings.unit])


def _judge(settings: LengthCheck, count: Callable[[str], int], subject: Subject) -> Score:
    counted = count(subject.answer)
    if settings.least is not None and counted < settings.least:
        return judged(False, f"{counted} {settings.unit}, fewer than {settings.least}")
    is_short = settings.most is None or counted <= settings.most
    return judged(is_short, f"{counted} {settings.unit}, more than {settings.most}")


def words_in(text: str) -> int:
    """Runs without white space that hold a letter or a digit."""
    return sum(1 for piece in WORD.finditer(text) if LETTER.search(piece[0]))


def characters_in(text: str) -> int:
    """Between the white space at both ends; an accent counts with its letter where Unicode has one for both."""
    return len(unicodedata.normalize("NFC", text.strip()))


def sentences_in(text: str) -> int:
    """Ends of sentences, line by line: a heading or an entry of a list is a sentence without one."""
    return sum(_sentences_in_line(LIST_MARK.sub("", line)) for line in text.splitlines())


def _sentences_in_line(line: str) -> int:
    starts, count = 0, 0
    for ending in ENDING.finditer(line):
        if _is_end(line, ending):
            count += bool(LETTER.search(line, starts, ending.start()))
            starts = ending.end()
    return count + bool(LETTER.search(line, starts))


def _is_end(line: str, ending: re.Match[str]) -> bool:
    """A full stop after an abbreviation or an initial ends nothing unless the line ends there."""
    if ending[1] != "." or not line[ending.end() :].strip():
        return True
    before = line[max(0, ending.start() - 12) : ending.start()]
    after = line[ending.end() :].lstrip()[:1]
    return not after.islower() and not ABBREVIATION.search(before)


COUNTS: dict[str, Callable[[str], int]] = {
    "words": words_in,
    "sentences": sentences_in,
    "characters": characters_in,
}
