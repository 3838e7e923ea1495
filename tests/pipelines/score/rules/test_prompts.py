"""What of an answer stands in its prompt, and whether it answers at all."""

import time

import pytest

from pipelines.score.protocol import Subject
from tests.pipelines.score.rules.judging import LONG, judge, scores

HANDBOOK = "[1] The Otter costs 1,200 euros a week.\n[2] “Bring your own\nlife jacket”, says the skipper. [4-6]"


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("The Otter costs 1200 euros.", 1.0),
        ("Otter costs 1.300 euros", 0.75),
        ("The badger sleeps", 0.0),
        ("OTTER otter Otter badger", 0.5),
        ("jacket " * (LONG // 7), 1.0),
    ],
)
def test_the_share_of_words_and_numbers_that_stand_in_the_prompt(answer: str, value: float) -> None:
    score = judge(answer, prompt=HANDBOOK, check="grounded", least=0.75)
    assert (score.value, score.passed) == (value, value >= 0.75)


def test_an_answer_of_short_words_is_neither_grounded_nor_not() -> None:
    for answer in ("", "Yes, it is.", "..."):
        assert judge(answer, prompt=HANDBOOK, check="grounded", least=0.5).value is None


def test_every_message_of_the_prompt_is_context() -> None:
    messages = tuple({"role": role, "content": role + "word"} for role in ("system", "user", "assistant"))
    (score,) = scores(
        [Subject("facts", messages, "systemword userword assistantword other")], check="grounded", least=0
    )
    assert score.value == 0.75


@pytest.mark.parametrize(
    ("answer", "value", "reason"),
    [
        ("Bring one [2].", 1.0, None),
        ("See [1, 2] and [5].", 1.0, None),
        ("See [1] and [3].", 0.5, "[3] marks nothing in the prompt"),
        ('It says "bring your own life jacket".', 1.0, None),
        ("„BRING your own“", 1.0, None),
        ("«ring your own life jacket»", 0.0, "1 of 1 quotes do not stand in the prompt"),
        ('"a week for free" [2]', 0.5, "1 of 1 quotes do not stand in the prompt"),
        ("Nothing.", 0.0, "0 citations, fewer than 1"),
        ('The "Otter" it is', 0.0, "0 citations, fewer than 1"),
        ("", 0.0, "0 citations, fewer than 1"),
    ],
)
def test_citations_stand_in_the_prompt(answer: str, value: float, reason: str | None) -> None:
    score = judge(answer, prompt=HANDBOOK, check="citations", least=1)
    assert (score.value, score.reason) == (value, reason)


def test_where_no_citation_is_asked_for_an_answer_without_one_is_left_open() -> None:
    assert judge("Nothing.", prompt=HANDBOOK, check="citations", least=0).value is None


@pytest.mark.parametrize("piece", ['"', "“", "„", "«", "[1", "[1]", "[1,", '"a b c" ', "[1-99999]"])
def test_citations_of_a_long_answer_are_found_in_a_moment(piece: str) -> None:
    text = piece * (LONG // len(piece))
    began = time.monotonic()
    judge(text, prompt=text, check="citations", least=0)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "answer",
    [
        "",
        " \n",
        "I'm sorry, but I can't help with that.",
        "I’m sorry, I can’t do this.",
        "Unfortunately, I cannot provide that information.",
        "As an AI language model, I have no boats.",
        "I am unable to answer this question.",
        "I won't write that for you.",
        "That is against my guidelines.",
        "It would be inappropriate for me to say.",
        "Tut mir leid, aber ich weiß es nicht.",
        "Ich kann dir dabei leider nicht weiterhelfen.",
        "Désolé, mais je ne peux pas vous aider.",
        "Lo siento, no puedo ayudarte con eso.",
    ],
)
def test_refusals_are_told_with_the_pattern_that_fits(answer: str) -> None:
    score = judge(answer, check="refusal")
    assert (score.value, score.passed) == (0.0, False)
    assert score.reason == "the answer is empty" or "begins like a refusal (" in str(score.reason)


@pytest.mark.parametrize(
    "answer",
    [
        "35 euros.",
        "The Otter cannot be hired on Sundays.",
        "I can help: the harbour opens at nine.",
        "You can't help but love the Otter.",
        "Sorry is what the skipper said.",
        "No.",
        "The boat is fast. " * 20 + "The clerk said: I cannot help you.",
        "Ich kann den Otter empfehlen.",
        "I can't" * (LONG // 7),
    ],
)
def test_answers_are_no_refusals(answer: str) -> None:
    assert judge(answer, check="refusal").passed
