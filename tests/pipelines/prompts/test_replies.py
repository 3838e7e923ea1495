"""Agents and chains say the same in many shapes: each is read, and what is none of them is refused."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.prompts.fields import conversation
from pipelines.prompts.replies import answer_in, messages_under
from pipelines.unfit import Unfit

ASKED = [{"role": "user", "content": "How?"}]


@pytest.mark.parametrize(
    "inputs",
    [
        "How?",
        {"messages": ASKED},
        {"input": ASKED},
        {"messages": [{"type": "human", "content": "How?"}]},
        {"messages": [[{"kwargs": {"type": "human", "content": "How?"}}]]},
        {"messages": [("user", "How?")]},
        {"question": "How?", "context": "much"},
        {"request": {"query": "How?"}},
    ],
)
def test_every_shape_of_a_question_is_the_same_conversation(inputs: Any) -> None:
    assert conversation(messages_under(inputs)) == ASKED


@pytest.mark.parametrize(
    "outputs",
    [
        "So.",
        {"choices": [{"message": {"role": "assistant", "content": "So."}}]},
        {"messages": [*ASKED, {"role": "assistant", "content": "So."}]},
        {"messages": [*ASKED, {"type": "ai", "content": "So."}]},
        {"answer": "So.", "sources": []},
        {"output": [{"type": "message", "content": [{"type": "output_text", "text": "So."}]}]},
        {"content": "So."},
    ],
)
def test_every_shape_of_an_answer_is_the_same_text(outputs: Any) -> None:
    assert answer_in(outputs) == "So."


@pytest.mark.parametrize(("inputs", "reason"), [(7, "inputs_type"), ({"a": 1, "b": 2}, "no_messages")])
def test_what_asks_nothing_is_refused(inputs: Any, reason: str) -> None:
    with pytest.raises(Unfit) as told:
        messages_under(inputs)
    assert told.value.reason == reason


def test_an_answer_that_we_cannot_read_is_none() -> None:
    assert [answer_in(outputs) for outputs in (None, 7, {}, {"choices": []}, [])] == [None] * 5
