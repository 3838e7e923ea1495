"""A judge as a scorer: values from 0 to 1, abstentions for servers that hang or lie, and never the end of a batch."""

from __future__ import annotations

import json
import pickle
import re
import time
from dataclasses import replace
from typing import Any

import pytest

from conf import EngineSettings
from pipelines.engines.make import EngineMaker
from pipelines.engines.protocol import Unasked
from pipelines.score.judges.judge import RatedExample
from pipelines.score.judges.scorer import Calibrated, JudgeMaker
from pipelines.score.protocol import Score, Subject
from tests.pipelines.engines.server import completion, hang, serving
from tests.pipelines.score.judges.scripted import Scripted, judge, question, url_engine

LINE = Calibrated("c", (2.0, 4.0), (1.0, 5.0), certified=False)


def subjects(*answers: str) -> list[Subject]:
    return [Subject("facts", question(), answer) for answer in answers]


def maker(engine: EngineSettings, **changes: Any) -> JudgeMaker:
    return JudgeMaker(judge("written"), EngineMaker(engine, None), "m", **changes)


def verdict(body: dict[str, Any], rating: Any) -> Any:
    mark = re.findall(r"<<<answer ([0-9a-f]{16})>>>", body["messages"][-1]["content"])[-1]
    return completion(json.dumps({"id": mark, "reason": "so", "rating": rating}))


def test_values_are_mapped_and_every_score_says_whether_it_is_certified() -> None:
    scorer = JudgeMaker(judge(), lambda: Scripted(len), "m", calibrated=LINE)()
    found = [one for one in scorer.score(subjects("aaa", "aaaa")) if isinstance(one, Score)]
    # ratings of about 3 and 4 are people's 3 and 5, so 0.5 and 1 on the scale
    assert [one.value for one in found] == [pytest.approx(0.5, abs=0.01), pytest.approx(1.0, abs=0.01)]
    assert all("(uncertified)" in (one.reason or "") for one in found)
    (plain,) = JudgeMaker(judge(), lambda: Scripted(len), "m")().score(subjects("aaa"))
    assert isinstance(plain, Score) and plain.value == pytest.approx(0.5, abs=0.01)
    assert "uncertified: not calibrated" in (plain.reason or "")


def test_everything_that_scores_depend_on_is_in_the_digest() -> None:
    one = JudgeMaker(judge(), lambda: Scripted(len), "m")
    shown = replace(judge(), shots=(RatedExample(("r",), "facts", question(), "Paris.", 5.0),))
    others = [
        replace(one, judge=judge(rubric="Good answers are short.")),
        replace(one, judge=judge("written")),
        replace(one, judge=shown),
        replace(one, model_digest="n"),
        replace(one, calibrated=LINE),
        replace(one, calibrated=replace(LINE, certified=True)),
    ]
    assert len({maker.digest for maker in [one, *others]}) == 1 + len(others)
    assert replace(one, workloads=("facts",)).digest == one.digest


def test_a_maker_travels_and_knows_its_workloads() -> None:
    sent = pickle.loads(pickle.dumps(maker(url_engine("http://127.0.0.1:9/v1"), workloads=("facts",))))
    assert (sent.name, sent.applies_to("facts"), sent.applies_to("form")) == ("judge:j", True, False)


def test_a_server_that_lies_is_abstained_from_answer_by_answer() -> None:
    def behave(number: int, body: dict[str, Any]) -> Any:
        asked = body["messages"][-1]["content"]
        if "liar" in asked:
            return completion("Rating: 5, trust me")
        return verdict(body, 9 if "wild" in asked else 4)

    with serving(behave) as (address, _):
        scorer = maker(url_engine(address))()
        good, liar, wild, nothing = scorer.score(subjects("fine", "liar", "wild", ""))
    assert isinstance(good, Score) and good.value == 0.75 and good.spent.prompt_tokens == 10 and good.spent.money > 0
    assert isinstance(nothing, Score) and nothing.value == 0.75  # an empty answer is judged like any other
    for one in (liar, wild):
        assert isinstance(one, Score) and one.value is None
        assert "malformed verdict" in (one.reason or "") and one.spent.prompt_tokens == 10  # what it cost is counted


def test_a_server_that_hangs_costs_its_patience_and_the_others_are_scored() -> None:
    def behave(number: int, body: dict[str, Any]) -> Any:
        if "slow" in body["messages"][-1]["content"]:
            hang(2.0)
        return verdict(body, 2)

    with serving(behave) as (address, _):
        began = time.monotonic()
        slow, quick = maker(url_engine(address))().score(subjects("slow", "quick"))
    assert time.monotonic() - began < 10
    assert isinstance(slow, Score) and slow.value is None and "no verdict" in (slow.reason or "")
    assert isinstance(quick, Score) and quick.value == 0.25


def test_what_the_money_did_not_reach_is_put_off() -> None:
    with serving(lambda number, body: verdict(body, 2)) as (address, _):
        found = maker(url_engine(address, most_money=0.0, most_in_flight=1))().score(subjects("a", "b"))
    assert found == [Unasked("money_spent")] * 2
