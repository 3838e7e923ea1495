"""A verdict is read strictly or from likelihoods; what is malformed abstains with a reason and is never zero."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from pipelines.engines.protocol import Answer
from pipelines.score.judges.verdicts import Malformed, expectation, written_choice, written_rating

GOOD = {"id": "m", "reason": "so", "rating": 4}


def answer(text: str, finish: Any = "stop") -> Answer:
    return Answer(text, finish, 1, 1)


@pytest.mark.parametrize("text", [json.dumps(GOOD), f"\n {json.dumps(GOOD)} ", f"```json\n{json.dumps(GOOD)}\n```"])
def test_one_object_with_the_right_id_is_a_verdict(text: str) -> None:
    verdict = written_rating(answer(text), "m")
    assert (verdict.value, verdict.reason) == (4, "so")


BAD = [
    "4",
    "Rating: 4",
    "",
    "[" * 100_000,
    json.dumps([GOOD]),
    json.dumps(GOOD) * 2,
    "The verdict: " + json.dumps(GOOD),
    json.dumps(GOOD | {"id": "n"}),
    json.dumps(GOOD | {"more": 1}),
    json.dumps({"id": "m", "rating": 4}),
    '{"id": "m", "reason": "so", "rating": 1, "rating": 5}',
    *(json.dumps(GOOD | {"rating": value}) for value in (0, 6, 4.0, "4", True, None, math.nan, 10**40)),
    json.dumps(GOOD | {"reason": 3}),
]


@pytest.mark.parametrize("text", BAD, ids=lambda text: text[:40])
def test_anything_else_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        written_rating(answer(text), "m")


def test_a_verdict_that_was_cut_is_none() -> None:
    with pytest.raises(Malformed, match="cut"):
        written_rating(answer(json.dumps(GOOD), "length"), "m")


def test_a_choice_is_a_or_b() -> None:
    said = {"id": "m", "reason": "so"}
    assert written_choice(answer(json.dumps(said | {"better": "B"})), "m").value == "B"
    for value in ("b", "C", 1, None, ["A"]):
        with pytest.raises(Malformed):
            written_choice(answer(json.dumps(said | {"better": value})), "m")


def test_likelihoods_are_read_as_the_mean_of_the_ratings() -> None:
    weights = [0.1, 0.0001, 0.2, 0.3, 0.3999]
    by_hand = sum(rating * weight for rating, weight in enumerate(weights, 1))
    shifted = [math.log(weight) - 700 for weight in weights]  # only what they are to each other counts
    assert expectation(shifted) == pytest.approx(by_hand)


@pytest.mark.parametrize("told", [[None] * 5, [-1.0, -1.0, None, -1.0, -1.0], [math.nan] * 5, [-math.inf] * 5, []])
def test_a_model_that_cannot_tell_all_likelihoods_tells_none(told: list[float | None]) -> None:
    with pytest.raises(Malformed):
        expectation(told)
