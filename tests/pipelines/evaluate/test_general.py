"""The general questions: distinct, answerable, and judged by whole words."""

from __future__ import annotations

import pytest

from pipelines.evaluate.general import general_questions

BY_NAME = {one.name: one for one in general_questions()}


def test_there_are_forty_distinct_questions_and_each_accepts_its_own_answers() -> None:
    questions = general_questions()
    assert len(questions) >= 40
    assert len({one.prompt_id for one in questions}) == len({one.name for one in questions}) == len(questions)
    assert [one.name for one in questions for right in one.accepted if not one.is_right(right)] == []
    assert [one.name for one in questions if one.is_right("") or one.is_right("I do not know.")] == []


def test_repeating_the_question_is_right_only_where_copying_is_asked() -> None:
    """So that an engine that echoes does not look clever."""
    right = {one.name for one in general_questions() if one.is_right(one.question)}
    assert right == {"larger", "copy_word", "copy_code", "copy_sentence", "last_word"}


@pytest.mark.parametrize(
    ("name", "answer", "is_right"),
    [
        ("capital_france", "The capital of France is **Paris**.", True),
        ("capital_france", "Parisian", False),
        ("add", "7+5=12", True),
        ("add", "120", False),
        ("capitals", "garden", False),
        ("capitals", "GARDEN!", True),
        ("sort_numbers", "3, 5, 9", True),
        ("sort_numbers", "5, 3, 9", False),
        ("iso_date", "It is 2021-05-03.", True),
        ("copy_code", "qx-4417-b", False),
        ("json_name", '```json\n{ "name": "Ada" }\n```', True),
    ],
)
def test_whole_words_decide(name: str, answer: str, is_right: bool) -> None:
    assert BY_NAME[name].is_right(answer) is is_right
