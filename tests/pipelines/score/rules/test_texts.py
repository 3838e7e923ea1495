"""What must stand in an answer, how long it is, and in which language."""

import time

import pytest

from pipelines.score.rules.language import UnknownLanguage
from pipelines.score.rules.lengths import characters_in, sentences_in, words_in
from tests.pipelines.score.rules.judging import LONG, judge, maker


@pytest.mark.parametrize(
    ("answer", "must", "must_not", "ignore_case", "value"),
    [
        ("Order AB-12 is paid.", ["[A-Z]{2}-\\d+"], ["\\bunpaid\\b"], False, 1.0),
        ("order ab-12", ["[A-Z]{2}-\\d+"], [], False, 0.0),
        ("order ab-12", ["[A-Z]{2}-\\d+"], [], True, 1.0),
        ("a b", ["a", "x"], ["b", "y"], False, 0.5),
        ("", ["^$"], [], False, 1.0),
        ("x" * LONG + "y", ["y$"], ["z"], False, 1.0),
    ],
)
def test_regular_expressions_are_found_or_not(
    answer: str, must: list[str], must_not: list[str], ignore_case: bool, value: float
) -> None:
    score = judge(answer, check="regex", must=must, must_not=must_not, ignore_case=ignore_case)
    assert (score.value, score.passed) == (value, value == 1.0)


def test_an_expression_that_backtracks_without_bound_is_given_up_on_that_answer_only() -> None:
    began = time.monotonic()
    bomb = judge("a" * 60 + "!", check="regex", must=["^(a|aa)+$"])
    assert bomb.value is None
    assert "given up after 1 seconds" in str(bomb.reason)
    assert time.monotonic() - began < 5
    assert judge("aaa", check="regex", must=["^(a|aa)+$"]).passed


def test_texts_are_there_or_not_however_accents_are_encoded() -> None:
    assert judge("Cafe\u0301 Straße", check="contains", must=["Café"], must_not=["STRASSE"]).passed
    assert judge("Cafe\u0301 Straße", check="contains", must=["STRASSE", "CAFÉ"], ignore_case=True).passed
    score = judge("a.c", check="contains", must=["a.c", "abc"], must_not=["c"])
    assert score.reason == "'abc' is missing; 'c' is there"
    assert score.value == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("text", "words", "sentences"),
    [
        ("", 0, 0),
        ("  \n ", 0, 0),
        ("- -- ... !", 0, 0),
        ("It costs 1,200.50 euros, e.g. on Monday.", 7, 1),
        ("Dr. Smith met J. R. Jones. They spoke! Why?", 9, 3),
        ("“Stop.” She stopped… Then went on", 6, 3),
        ("Heading\n\n1. First thing\n2. Second thing.\n- third", 8, 4),
        ("z.B. am Montag", 3, 1),
        ("今日は。明日！", 5, 2),
        ("don't re-enter 3.5", 3, 1),
    ],
)
def test_words_and_sentences_are_counted_as_a_person_would(text: str, words: int, sentences: int) -> None:
    assert (words_in(text), sentences_in(text)) == (words, sentences)


@pytest.mark.parametrize("piece", ["x", "!", ".", '."', "- ", "“", "1.", "a. ", "\n", "e\u0301"])
def test_length_takes_no_longer_for_any_long_answer(piece: str) -> None:
    text = piece * (LONG // len(piece)) + "x"
    began = time.monotonic()
    assert words_in(text) >= 1
    assert sentences_in(text) >= 1
    assert characters_in(text) >= 1
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("unit", "least", "most", "reason"),
    [
        ("words", 3, 4, None),
        ("words", 5, None, "4 words, fewer than 5"),
        ("words", None, 3, "4 words, more than 3"),
        ("sentences", 2, 2, None),
        ("characters", None, 15, "16 characters, more than 15"),
    ],
)
def test_a_length_outside_the_limits_fails(unit: str, least: int | None, most: int | None, reason: str | None) -> None:
    assert judge(" One two. Cafe\u0301 x. ", check="length", unit=unit, least=least, most=most).reason == reason


@pytest.mark.parametrize(
    ("answer", "languages", "passed"),
    [
        ("The last bus back to the harbour leaves at nine in the evening.", ["en"], True),
        ("Der letzte Bus zum Hafen fährt um neun Uhr abends.", ["en", "fr"], False),
        ("Der letzte Bus zum Hafen fährt um neun Uhr abends.", ["de"], True),
        ("Последний автобус уходит в девять часов вечера.", ["ru"], True),
        ("35", ["en"], None),
        ("", ["en"], None),
        ("1234567890 " * 50, ["en"], None),
        ("xqz" * 40_000, ["en"], None),
    ],
)  # fmt: skip
def test_the_language_is_told_or_left_open(answer: str, languages: list[str], passed: bool | None) -> None:
    assert judge(answer, check="language", languages=languages).passed is passed


def test_a_language_that_the_detector_does_not_know_is_an_error_and_no_failure_of_answers() -> None:
    with pytest.raises(UnknownLanguage, match="got xx"):
        maker(check="language", languages=["en", "xx"])()
