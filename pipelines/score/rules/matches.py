"""Answers against gold ones: the same text, or words in common."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import partial

from conf.rules import ExactCheck, TokenF1Check
from pipelines.score.protocol import Score, Subject
from pipelines.score.rules.lengths import UNSPACED
from pipelines.score.rules.verdict import Check, abstained, judged

NO_GOLD = "there is no gold answer to this prompt"
ARTICLES = frozenset({"a", "an", "the"})
TOKEN = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")


def exact_check(settings: ExactCheck) -> Check:
    """Whether the answer is one of the golds."""
    return partial(_judge_exact, settings)


def _judge_exact(settings: ExactCheck, subject: Subject) -> Score:
    if not subject.golds:
        return abstained(NO_GOLD)
    answer = _plain(subject.answer, settings)
    return judged(any(answer == _plain(gold, settings) for gold in subject.golds), "it is no gold answer")


def _plain(text: str, settings: ExactCheck) -> str:
    cased = text.casefold() if settings.ignore_case else text
    normal = unicodedata.normalize("NFC", cased)
    if settings.ignore_punctuation:
        normal = without_punctuation(normal)
    return " ".join(normal.split())


def token_f1_check(settings: TokenF1Check) -> Check:
    """The F1 of the nearest gold."""
    return partial(_judge_f1, settings.least)


def _judge_f1(least: float, subject: Subject) -> Score:
    if not subject.golds:
        return abstained(NO_GOLD)
    f1 = max(token_f1(subject.answer, gold) for gold in subject.golds)
    return judged(f1 >= least, f"F1 {f1:.2f}, less than {least:g}", f1)


def token_f1(answer: str, gold: str) -> float:
    """As SQuAD has it: case, punctuation and English articles are nothing, and a word counts as often as in both."""
    ours, theirs = Counter(_tokens(answer)), Counter(_tokens(gold))
    if not ours or not theirs:
        return float(ours == theirs)
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total())


def _tokens(text: str) -> list[str]:
    """Chinese and Japanese by character, which is how their F1 is told."""
    plain = without_punctuation(unicodedata.normalize("NFC", text.casefold()))
    return [token for token in TOKEN.findall(plain) if token not in ARTICLES]


def without_punctuation(text: str) -> str:
    """Punctuation goes and leaves no gap, as in SQuAD: e-mail is email."""
    return "".join(mark for mark in text if not unicodedata.category(mark).startswith("P"))
