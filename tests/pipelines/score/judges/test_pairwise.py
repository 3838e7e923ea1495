"""Two answers are compared in both orders: a preference for a place is a tie, one for an answer is a preference."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from conf import EngineSettings
from pipelines.engines.make import EngineMaker
from pipelines.engines.protocol import Ask, Reply, Told
from pipelines.score.judges.judge import Reading
from pipelines.score.judges.pairwise import Pair, Preference, compare, pairwise
from tests.pipelines.engines.server import completion, serving
from tests.pipelines.score.judges.scripted import FENCED, judge, question, url_engine

LONGER_BY_A_BIT = {"A": 3, "B": 0}


@dataclass
class Comparing:
    """Likes longer answers, and answer A by so many letters more."""

    bias: int
    name: str = "comparing"
    model_digest: str = "comparing"

    def log_probabilities(self, told: Sequence[Told]) -> list[list[float | None]]:
        return [self._likes(one) for one in told]

    def _likes(self, told: Told) -> list[float | None]:
        inside = {found["name"]: found["inside"] for found in FENCED.finditer(told.messages[-1]["content"])}
        return [float(len(inside["answer A"]) + self.bias), float(len(inside["answer B"]))]

    def answer(self, asks: Sequence[Ask]) -> list[Reply]:
        raise AssertionError("likelihoods are enough")

    def close(self) -> None:
        """There is nothing to give back."""


def preferred(bias: int, answer_a: str, answer_b: str) -> str | None:
    found = pairwise(Comparing(bias), judge(kind="pairwise"), question(), answer_a, answer_b)
    assert isinstance(found, Preference)
    return found.better


def test_a_preference_for_the_first_place_is_a_tie_and_a_stronger_one_for_an_answer_is_not() -> None:
    assert [preferred(0, "long answer", "short"), preferred(0, "short", "long answer")] == ["a", "b"]
    assert [preferred(9, "long answer", "short"), preferred(9, "short", "long answer")] == ["tie", "tie"]
    assert [preferred(3, "long answer", "short"), preferred(3, "short", "long answer")] == ["a", "b"]
    assert preferred(0, "same", "same") == "tie"


def test_a_batch_keeps_its_order() -> None:
    pairs = [Pair(question(), "aa" * one, "a" * other) for one, other in [(1, 1), (1, 2), (1, 3)]]
    found = compare(Comparing(0), judge(kind="pairwise"), pairs)
    assert [one.better for one in found if isinstance(one, Preference)] == ["a", "tie", "b"]


Says = Callable[[str, str], str]
WRITTEN: Reading = "written"


@pytest.mark.parametrize(
    ("says", "better"),
    [(lambda a, b: "A" if a == "good" else "B", "a"), (lambda a, b: "A", "tie"), (lambda a, b: "neither", None)],
)
def test_a_server_is_asked_twice_and_one_malformed_verdict_is_an_abstention(says: Says, better: str | None) -> None:
    def behave(number: int, body: dict[str, Any]) -> Any:
        asked = body["messages"][-1]["content"]
        inside = {found["name"]: found["inside"] for found in FENCED.finditer(asked)}
        mark = re.findall(r"<<<answer A ([0-9a-f]{16})>>>", asked)[0]
        letter = says(inside["answer A"], inside["answer B"])
        return completion(json.dumps({"id": mark, "reason": "so", "better": letter}))

    with serving(behave) as (address, seen):
        settings: EngineSettings = url_engine(address)
        engine = EngineMaker(settings, None)()
        found = pairwise(engine, judge(WRITTEN, kind="pairwise"), question(), "good", "bad")
    assert isinstance(found, Preference) and found.better == better
    assert (len(seen.bodies), found.spent.prompt_tokens) == (2, 20)
