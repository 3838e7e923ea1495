"""What must and what must not stand in an answer: texts and regular expressions, the latter with a time limit."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import partial

from conf.rules import ContainsCheck, RegexCheck
from pipelines.score.protocol import Score, Subject
from pipelines.score.rules.verdict import Check, judged, shown

PATTERN_SECONDS = 1.0
"""An expression that takes longer on one answer backtracks without bound."""


class OutOfTime(RuntimeError):
    """An expression was given up; whether it is found, nobody knows."""


def found_in_time(pattern: str, text: str, ignore_case: bool = False) -> bool:
    """Whether an expression is found; `regex` compiles each once and looks at the clock while it searches."""
    import regex

    flags = regex.IGNORECASE if ignore_case else 0
    try:
        return regex.search(pattern, text, flags=flags, timeout=PATTERN_SECONDS) is not None
    except TimeoutError:
        what = f"the regular expression {shown(pattern)} was given up after {PATTERN_SECONDS:g} seconds"
        raise OutOfTime(f"{what}; write it so that no part can match the same text in two ways") from None


def regex_check(settings: RegexCheck) -> Check:
    """The share of expressions that are where they should be."""
    find = partial(_found_again, ignore_case=settings.ignore_case)
    return partial(_judge, settings.must, settings.must_not, find)


def _found_again(pattern: str, subject: Subject, ignore_case: bool) -> bool:
    return found_in_time(pattern, subject.answer, ignore_case)


def contains_check(settings: ContainsCheck) -> Check:
    """The share of texts that are where they should be; how an accent is encoded does not matter."""
    return partial(_judge, settings.must, settings.must_not, partial(_stands_in, ignore_case=settings.ignore_case))


def _stands_in(text: str, subject: Subject, ignore_case: bool) -> bool:
    return _normal(text, ignore_case) in _normal(subject.answer, ignore_case)


def _normal(text: str, ignore_case: bool) -> str:
    return unicodedata.normalize("NFC", text.casefold() if ignore_case else text)


def _judge(
    must: tuple[str, ...], must_not: tuple[str, ...], is_in: Callable[[str, Subject], bool], subject: Subject
) -> Score:
    missing = [one for one in must if not is_in(one, subject)]
    unwanted = [one for one in must_not if is_in(one, subject)]
    reasons = [f"{shown(one)} is missing" for one in missing] + [f"{shown(one)} is there" for one in unwanted]
    share = 1 - len(reasons) / (len(must) + len(must_not))
    return judged(not reasons, "; ".join(reasons[:3]), share)
