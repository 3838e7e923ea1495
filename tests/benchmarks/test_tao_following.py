"""Each instruction of IFEval that is checked has an answer that follows it and one that does not."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.tao.following import CHECKS, can_be_checked, least_words, share_followed

NO_COMMA: tuple[str, dict[str, Any]] = ("punctuation:no_comma", {})
AT_LEAST_5: tuple[str, dict[str, Any]] = ("length_constraints:number_words", {"relation": "at least", "num_words": 5})
CASES: list[tuple[str, dict[str, Any], list[str], list[str]]] = [
    ("punctuation:no_comma", {}, ["One; two."], ["One, two."]),
    (
        "length_constraints:number_words",
        {"relation": "less than", "num_words": 3},
        ["two words"],
        ["it's two"],  # an apostrophe parts a word: it, s, two
    ),
    (
        "detectable_format:number_highlighted_sections",
        {"num_highlights": 2},
        ["*one* and *two*", "**one** and **two**"],
        ["*one* and * *", "*one\ntwo* three"],
    ),
    ("keywords:forbidden_words", {"forbidden_words": ["cat"]}, ["Concatenate."], ["The Cat sat."]),
    ("keywords:existence", {"keywords": ["cat", "dog"]}, ["Dogs chase CATS."], ["The cat sat."]),
    (
        "keywords:frequency",
        {"keyword": "ha", "relation": "at least", "frequency": 3},
        ["Haha ha"],
        ["Haha"],
    ),
    (
        "keywords:letter_frequency",
        {"letter": "E", "let_relation": "less than", "let_frequency": 2},
        ["One"],
        ["Eve"],
    ),
    ("combination:repeat_prompt", {"prompt_to_repeat": "Say hi. "}, [" say HI. Hi!"], ["Hi! Say hi."]),
    ("startend:quotation", {}, [' "Quoted." '], ['"Not to the end." he said', '"']),
    ("detectable_format:title", {}, ["<<A title>> and text"], ["<< >> text", "<A title>"]),
    ("detectable_content:number_placeholders", {"num_placeholders": 2}, ["[name], [street]"], ["[name] street]"]),
    (
        "detectable_format:number_bullet_lists",
        {"num_bullets": 2},
        ["* one\n- two", "Two:\n  * one\n  * two"],
        ["* one", "* one\n* two\n* three", "**bold**\n* one"],
    ),
    (
        "length_constraints:number_paragraphs",
        {"num_paragraphs": 2},
        ["one\n***\ntwo", "***\none *** two\n***"],
        ["one", "one *** *** two", "one *** two *** three"],
    ),
    ("detectable_content:postscript", {"postscript_marker": "P.S."}, ["Bye.\np. s. More"], ["Bye.\nps More"]),
    ("detectable_content:postscript", {"postscript_marker": "P.P.S"}, ["Bye. P.P.S More"], ["Bye. P.S. More"]),
    ("startend:end_checker", {"end_phrase": "That is all."}, ['"Well. that is ALL."'], ["That is all. Bye."]),
    (
        "combination:two_responses",
        {},
        ["one****** two", "******one******two"],
        ["one", "one ****** one", "one ****** ****** two", "one ****** two ****** three"],
    ),
    ("detectable_format:json_format", {}, ['{"a": 1}', '```json\n{"a": 1}\n```'], ["{a: 1}", 'So: {"a": 1}']),
    (
        "detectable_format:multiple_sections",
        {"section_spliter": "SECTION", "num_sections": 2},
        ["SECTION 1 a SECTION 2 b"],
        ["SECTION 1 a", "SECTION one SECTION two"],
    ),
    (
        "length_constraints:nth_paragraph_first_word",
        {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "Then"},
        ['First.\n\n"Then, more.', "First.\n\nTHEN! more"],
        ["Then first.\n\nmore", "First.\n\nThen\n\nmore", "First.\nThen more"],
    ),
    ("detectable_format:constrained_response", {}, ["Well. My answer is maybe."], ["My answer is perhaps."]),
]


@pytest.mark.parametrize(("name", "given", "follow", "break_it"), CASES)
def test_a_check_knows_what_follows_it_and_what_does_not(
    name: str, given: dict[str, Any], follow: list[str], break_it: list[str]
) -> None:
    assert follow and break_it
    assert [share_followed([(name, given)], answer) for answer in follow] == [1.0] * len(follow)
    assert [share_followed([(name, given)], answer) for answer in break_it] == [0.0] * len(break_it)


def test_every_check_has_a_case() -> None:
    assert {name for name, *_ in CASES} == set(CHECKS)


def test_an_answer_is_worth_the_share_of_instructions_that_it_follows() -> None:
    assert share_followed([NO_COMMA, AT_LEAST_5], "Four words, no more") == 0.0
    assert share_followed([NO_COMMA, AT_LEAST_5], "Four words no more") == 0.5
    assert share_followed([NO_COMMA, AT_LEAST_5], "Five words and no comma") == 1.0


def test_an_empty_answer_follows_nothing_though_it_has_no_comma() -> None:
    assert share_followed([NO_COMMA], " \n") == 0.0


def test_what_needs_a_tokenizer_or_counts_signs_is_not_checked() -> None:
    letter: dict[str, Any] = {"letter": "a", "let_relation": "at least", "let_frequency": 1}
    assert can_be_checked([NO_COMMA, ("keywords:letter_frequency", letter)])
    assert not can_be_checked([NO_COMMA, ("keywords:letter_frequency", {**letter, "letter": "!"})])
    assert not can_be_checked([NO_COMMA, ("length_constraints:number_sentences", {})])


def test_the_longest_demand_says_how_long_an_answer_must_be() -> None:
    at_most: tuple[str, dict[str, Any]] = (AT_LEAST_5[0], {"relation": "less than", "num_words": 900})
    repeat: tuple[str, dict[str, Any]] = ("combination:repeat_prompt", {"prompt_to_repeat": "a b c d e f g"})
    assert least_words([NO_COMMA, at_most]) == 0
    assert least_words([NO_COMMA, AT_LEAST_5, repeat]) == 7
