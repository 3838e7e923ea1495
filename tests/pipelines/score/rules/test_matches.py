"""Answers against gold: the same text, words in common, and numbers in every way of writing them."""

import re
import string
import time
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.score.rules.matches import token_f1
from pipelines.score.rules.numbers import DecimalMark, numbers_in
from tests.pipelines.score.rules.judging import LONG, judge


@pytest.mark.parametrize(
    ("answer", "options", "passed"),
    [
        ("  The  Otter\n", {}, True),
        ("the otter", {}, False),
        ("the otter", {"ignore_case": True}, True),
        ("The Otter!", {}, False),
        ("The Otter!", {"ignore_punctuation": True}, True),
        ("", {}, False),
        ("Badger", {}, True),
    ],
)
def test_an_exact_match_is_one_of_the_golds(answer: str, options: dict[str, bool], passed: bool) -> None:
    assert judge(answer, ["The Otter", "Badger"], check="exact", **options).passed is passed


@pytest.mark.parametrize("check", [{"check": "exact"}, {"check": "token_f1", "least": 0.5}])
def test_without_a_gold_answer_nothing_is_said(check: dict[str, object]) -> None:
    assert judge("anything", **check).reason == "there is no gold answer to this prompt"


def test_a_number_check_says_nothing_without_a_number_in_gold() -> None:
    settings = {"check": "number", "which": "last", "decimal": "point", "tolerance": 0}
    assert judge("3", [], **settings).value is None
    assert judge("3", ["three"], **settings).value is None
    assert judge("three", ["3"], **settings).passed is False


def squad_f1(answer: str, gold: str) -> float:
    """The script that came with SQuAD, in short: lower case, no punctuation, no articles, split at white space."""

    def tokens(text: str) -> list[str]:
        plain = "".join(mark for mark in text.lower() if mark not in string.punctuation)
        return re.sub(r"\b(a|an|the)\b", " ", plain).split()

    ours, theirs = tokens(answer), tokens(gold)
    same = sum((Counter(ours) & Counter(theirs)).values())
    if not ours or not theirs:
        return float(ours == theirs)
    if not same:
        return 0.0
    precision, recall = same / len(ours), same / len(theirs)
    return 2 * precision * recall / (precision + recall)


WORDS = st.lists(st.sampled_from(["the", "a", "Otter", "otter,", "12", "e-mail", "don't", "!", "an"]), max_size=8)


@settings(deadline=None)
@given(answer=WORDS.map(" ".join), gold=WORDS.map(" ".join))
def test_token_f1_is_squads(answer: str, gold: str) -> None:
    assert token_f1(answer, gold) == pytest.approx(squad_f1(answer, gold))


def test_token_f1_knows_other_scripts_and_takes_the_nearest_gold() -> None:
    assert token_f1("今日は", "今日") == pytest.approx(0.8)
    assert token_f1("Cafe\u0301", "CAFÉ") == 1.0
    score = judge("red otter", ["blue", "red fox"], check="token_f1", least=0.6)
    assert (score.value, score.passed, score.reason) == (0.5, False, "F1 0.50, less than 0.6")
    assert judge("x " * (LONG // 2), ["x"], check="token_f1", least=0).value == pytest.approx(2 / 50_001)


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [
        ("1,200 kg", "point", [{"1200"}]),
        ("1.200 kg", "comma", [{"1200"}]),
        ("1.200,50 €", "comma", [{"1200.50"}]),
        ("1,200.50", "either", [{"1200.50"}]),
        ("1.200", "either", [{"1200", "1.2"}]),
        ("12,5", "either", [{"12.5"}]),
        ("12,5", "point", []),
        ("1 200, 1\u202f200 and 1'200.5", "point", [{"1200"}, {"1200"}, {"1200.5"}]),
        ("1.234.567", "either", [{"1234567"}]),
        ("version 1.2.3", "either", []),
        ("−5, -3 and +4", "point", [{"-5"}, {"-3"}, {"4"}]),
        ("10-20 on 2026-11-21", "point", [{"10"}, {"20"}, {"2026"}, {"11"}, {"21"}]),
        ("B2B, A4, .5 and 3e2.", "point", [{"0.5"}, {"300"}]),
        ("35.", "point", [{"35"}]),
        ("in 2020 300 people", "point", [{"2020"}, {"300"}]),
        ("١٢", "point", [{"12"}]),
        ("NaN, inf, none", "point", []),
        ("$1,200,000.00", "point", [{"1200000"}]),
        ("(1,5)", "comma", [{"1.5"}]),
    ],
)
def test_numbers_are_read_as_they_are_written(text: str, decimal: DecimalMark, expected: list[set[str]]) -> None:
    assert numbers_in(text, decimal) == [{Decimal(one) for one in readings} for readings in expected]


@settings(deadline=None)
@given(number=st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False))
def test_what_python_writes_with_groups_is_read_back(number: Decimal) -> None:
    """Python's own formatting is the independent half; the European form swaps its marks."""
    english = f"{number:,.2f}"
    european = english.translate(str.maketrans(",.", ".,"))
    assert numbers_in(f"about {english} kg", "point") == [{number}]
    assert numbers_in(f"etwa {european} kg.", "comma") == [{number}]
    assert number in numbers_in(european, "either")[0]


@pytest.mark.parametrize(
    ("answer", "gold", "which", "decimal", "passed"),
    [
        ("5 and 7, so 12 kg", "12", "last", "point", True),
        ("12, as 5 + 7", "12", "first", "point", True),
        ("12, as 5 + 7", "12", "only", "point", False),
        ("It is 1,200 kg", "1200 kg", "only", "point", True),
        ("Es sind 1.200 kg", "1200", "only", "comma", True),
        ("Es sind 1.200 kg", "1200", "only", "either", True),
        ("12.009", "12", "last", "point", True),
        ("12.011", "12", "last", "point", False),
        ("9" * LONG, "9", "last", "point", False),
    ],
)
def test_the_number_that_counts_is_compared(answer: str, gold: str, which: str, decimal: str, passed: bool) -> None:
    assert judge(answer, [gold], check="number", which=which, decimal=decimal, tolerance=0.01).passed is passed


@pytest.mark.parametrize("piece", ["1", "1,", "1 ", "1.111", "-", "1 111", "1e"])
def test_numbers_of_a_long_answer_are_found_in_a_moment(piece: str) -> None:
    began = time.monotonic()
    numbers_in(piece * (LONG // len(piece)), "either")
    assert time.monotonic() - began < 5
