"""A chat server that hangs, lies or sends us away costs patience, never a wrong answer and never the run's end."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from pydantic import SecretStr

from conf import UrlSettings
from pipelines.engines.protocol import Answer, Ask, EngineError, Refusal, Sampling, Spent, Unasked
from pipelines.engines.url import UrlEngine
from tests.pipelines.engines.server import completion, hang, serving

SETTINGS = {
    "model": "small",
    "key_secret": None,
    "most_in_flight": 8,
    "answer_timeout_seconds": 0.5,
    "patience_seconds": 4.0,
    "price_per_million_prompt_tokens": 1.0,
    "price_per_million_answer_tokens": 10.0,
    "most_money": None,
}


def engine(address: str, key: str | None = None, **changes: Any) -> UrlEngine:
    settings = UrlSettings.model_validate({"address": address} | SETTINGS | changes)
    return UrlEngine(settings, SecretStr(key) if key else None)


def asks(prompts: int = 1, samples: int = 1) -> list[Ask]:
    sampling = Sampling(0.7, 0.9, 20, ("END",))
    return [
        Ask(({"role": "user", "content": f"Question {number}?"},), sampling, tuple(range(samples)))
        for number in range(prompts)
    ]


def test_each_sample_is_asked_for_with_its_seed_and_comes_back_in_its_place() -> None:
    def behave(number: int, body: dict[str, Any]) -> Any:
        return completion(f"{body['messages'][0]['content']} {body['seed']}")

    with serving(behave) as (address, seen):
        replies = engine(address, key="s3cret").answer(asks(3, 2))
    texts = [[answer.text for answer in reply] for reply in replies if isinstance(reply, list)]
    assert texts == [[f"Question {prompt}? {seed}" for seed in (0, 1)] for prompt in range(3)]
    assert seen.keys == ["Bearer s3cret"] * 6
    assert {(body["model"], body["temperature"], body["max_tokens"], tuple(body["stop"])) for body in seen.bodies} == {
        ("small", 0.7, 20, ("END",))
    }


def test_tokens_money_and_log_probabilities_are_what_the_server_tells() -> None:
    told = {"logprobs": {"content": [{"logprob": -0.5}, {"logprob": -0.25}]}, "finish_reason": "length"}
    with serving(lambda number, body: completion("two words", **told)) as (address, _):
        (reply,) = engine(address).answer(asks())
    # 10 tokens read at 1, and 2 written at 10, a million
    assert reply == [Answer("two words", "length", 10, 2, -0.75, 30e-6)]


def test_a_server_that_sends_us_away_is_asked_less_at_once_and_later() -> None:
    began = time.monotonic()

    def behave(number: int, body: dict[str, Any]) -> Any:
        if time.monotonic() - began < 1.5:
            return 429, {"Retry-After": "0.2"}, b"{}"
        hang(0.02)
        return completion("at last")

    with serving(behave) as (address, seen):
        replies = engine(address, patience_seconds=20.0).answer(asks(12))
    assert [reply[0].text for reply in replies if isinstance(reply, list)] == ["at last"] * 12
    assert seen.most_at_once <= 8
    refused = len(seen.bodies) - 12
    assert 0 < refused < 60  # 12 prompts that hammer for 1.5 s would be thousands


NONSENSE = [
    b"<html>bad gateway</html>",
    b"[]",
    b'{"choices": []}',
    b'{"choices": [{"message": {"content": null}}], "usage": {}}',
    json.dumps({"choices": [{"message": {"content": "x"}}], "usage": {"prompt_tokens": -1, "completion_tokens": 1}}),
]


@pytest.mark.parametrize("said", NONSENSE)
def test_nonsense_is_tried_again_and_in_the_end_refused(said: bytes | str) -> None:
    content = said.encode() if isinstance(said, str) else said
    with serving(lambda number, body: (200, {}, content)) as (address, seen):
        (reply,) = engine(address, patience_seconds=1.0).answer(asks())
    assert isinstance(reply, Refusal)
    assert reply.reason == "no_answer"
    assert "it answered with something else" in reply.detail
    assert len(seen.bodies) > 1


def test_a_server_that_hangs_once_is_tried_again() -> None:
    def behave(number: int, body: dict[str, Any]) -> Any:
        hang(2.0 if number == 1 else 0.0)
        return completion("awake")

    with serving(behave) as (address, _):
        (reply,) = engine(address).answer(asks())
    assert isinstance(reply, list)
    assert reply[0].text == "awake"


def test_a_server_that_always_hangs_is_given_up_when_patience_ends() -> None:
    def behave(number: int, body: dict[str, Any]) -> Any:
        hang(3.0)
        return completion("too late")

    with serving(behave) as (address, _):
        began = time.monotonic()
        (reply,) = engine(address, patience_seconds=1.0).answer(asks())
    assert isinstance(reply, Refusal)
    assert "at last nothing came within 0.5 seconds" in reply.detail
    assert time.monotonic() - began < 10


def test_what_was_paid_for_a_prompt_is_told_where_one_of_its_answers_is_refused() -> None:
    def behave(number: int, body: dict[str, Any]) -> Any:
        return completion("two words") if body["seed"] == 1 else (400, {}, b"{}")

    with serving(behave) as (address, _):
        (reply,) = engine(address).answer(asks(samples=2))
    assert isinstance(reply, Refusal)
    assert reply.spent == Spent(10, 2, 30e-6)


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_without_time_for_anybody_ends_the_run_instead_of_the_prompts(status: int) -> None:
    with (
        serving(lambda number, body: (status, {"Retry-After": "0.1"}, b"{}")) as (address, _),
        pytest.raises(EngineError, match=rf"for 0.5 seconds it did not: the server was overloaded \({status}\)"),
    ):
        engine(address, patience_seconds=0.5).answer(asks())


def test_a_server_that_is_gone_ends_the_run_instead_of_the_prompts() -> None:
    with serving(lambda number, body: completion("never asked")) as (address, _):
        pass
    with pytest.raises(EngineError, match="the connection failed .* what is done is kept"):
        engine(address, patience_seconds=0.5).answer(asks())


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_wrong_key_or_address_ends_the_run_instead_of_the_prompts(status: int) -> None:
    with (
        serving(lambda number, body: (status, {}, b"{}")) as (address, _),
        pytest.raises(EngineError, match=f"says {status}. Check engine.url.address"),
    ):
        engine(address).answer(asks())


def test_a_prompt_that_the_server_refuses_is_refused_alone() -> None:
    def behave(number: int, body: dict[str, Any]) -> Any:
        bad = body["messages"][0]["content"] == "Question 1?"
        return (400, {}, b"{}") if bad else completion("fine")

    with serving(behave) as (address, _):
        replies = engine(address).answer(asks(3))
    assert [isinstance(reply, Refusal) for reply in replies] == [False, True, False]


def test_when_the_money_is_spent_nothing_more_is_asked() -> None:
    with serving(lambda number, body: completion("five words that cost something")) as (address, seen):
        costly = engine(address, most_money=0.000_1, most_in_flight=1)  # an answer costs 60 millionths
        replies = costly.answer(asks(5))
    assert len(seen.bodies) == 2
    assert [isinstance(reply, list) for reply in replies].count(True) == 2
    assert [reply for reply in replies if not isinstance(reply, list)] == [Unasked("money_spent")] * 3
