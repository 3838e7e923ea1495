"""Answers are drawn once, and a judge of pairs hears both orders; without a lakehouse, for rows are kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pytest

from conf import EvaluateSettings, load_settings
from lakehouse.rim import StepRun
from pipelines.engines.echo import EchoEngine
from pipelines.engines.protocol import Ask, Refusal, Reply, Sampling, Told, Unasked
from pipelines.evaluate.answers import Entrant, draw_missing
from pipelines.evaluate.entrants import OneModelBehindAddress, _check_address, prices_of
from pipelines.evaluate.figures import Measured, comparison_figures
from pipelines.evaluate.golds import PlainMaker, form_maker
from pipelines.evaluate.pairwise import Arbiter, arbiters_of, compare_missing, preferences_of
from pipelines.evaluate.rows import Ledger, answer_slot
from pipelines.evaluate.scoring import Marker, absent_scorers, markers_of, score_missing
from pipelines.evaluate.suite import HOLDOUT, Item, Suite
from pipelines.generate.policy import Policy
from pipelines.score.protocol import Score, Subject
from tests.pipelines.evaluate.story import QUICK, TUNED, Terse, words
from tests.pipelines.score.judges.scripted import FENCED, judge, url_engine

JUDGE = "workloads: null, engine: null, model: null, shots: 0, temperature: 0.0, max_tokens: 9"
SUITE = Suite(
    tuple(
        Item(HOLDOUT, name, "facts", ({"role": "user", "content": text},), (), Sampling(0.0, 1.0, 50))
        for name, text in {"p": "Which one is it", "q": "Same", "r": "What else"}.items()
    )
)


class Longer(EchoEngine):
    """Prefers the longer answer whatever its place, or the first whatever its length; counts what it is asked."""

    def __init__(self, is_fair: bool = True) -> None:
        super().__init__()
        self.is_fair, self.heard = is_fair, 0

    def log_probabilities(self, told: Sequence[Told]) -> list[list[float | None]]:
        self.heard += len(told)
        return [self._letters(one) for one in told]

    def _letters(self, one: Told) -> list[float | None]:
        inside = {found["name"]: found["inside"] for found in FENCED.finditer(one.messages[-1]["content"])}
        is_first = not self.is_fair or len(inside["answer A"]) > len(inside["answer B"])
        return [-0.1, -3.0] if is_first else [-3.0, -0.1]


class Balking(EchoEngine):
    """Refuses one prompt and puts another off."""

    def answer(self, asks: Sequence[Ask]) -> list[Reply]:
        strange = {
            "Same": Refusal("too_long_for_model", "It is too long."),
            "What else": Unasked("The money is spent."),
        }
        replies = super().answer(asks)
        return [strange.get(ask.messages[-1]["content"], reply) for ask, reply in zip(asks, replies, strict=True)]


def settings_with(*overrides: str) -> EvaluateSettings:
    return load_settings("test", [*QUICK, *overrides]).settings.evaluate


def ledger() -> Ledger:
    return Ledger(StepRun(cast(Any, None), "evaluate", 1), "holdout", {})


def entrant(name: str, engine: type[EchoEngine]) -> Entrant:
    return Entrant(Policy(TUNED | {"policy_id": name, "name": name}, None), engine)


def test_a_judge_of_pairs_is_asked_in_both_orders_once_and_equal_answers_are_ties() -> None:
    kept, models = ledger(), [entrant("terse", Terse), entrant("echo", EchoEngine)]
    for one in models:
        draw_missing(kept, one, SUITE, settings_with(), lambda line: None)
    engine = Longer()
    arbiter = Arbiter(judge(kind="pairwise"), lambda: engine, "m")
    compare_missing(kept, arbiter, models, SUITE, 8, lambda line: None)
    assert engine.heard == 2 * 2  # two prompts in both orders; to the third both say the same
    told = preferences_of(kept, arbiter, "terse", "echo", SUITE)
    assert told == {"p": 0.0, "q": 0.5, "r": 0.0}
    compare_missing(kept, arbiter, models, SUITE, 8, lambda line: None)
    assert engine.heard == 4
    answers = {item.prompt_id: "x" for item in SUITE.items}
    ours = Measured("terse", "terse", answers, {}, {}, {arbiter.name: {"echo": told}})
    figures = comparison_figures(ours, Measured("echo", "echo", answers, {}), SUITE.workloads, settings_with())
    (rate,) = [one for one in figures if one.metric == "win_rate:judge:j"]
    assert rate.value == pytest.approx(0.5 / 3)


def test_a_judge_that_likes_the_first_answer_says_nothing() -> None:
    kept, models = ledger(), [entrant("terse", Terse), entrant("echo", EchoEngine)]
    for one in models:
        draw_missing(kept, one, SUITE, settings_with(), lambda line: None)
    arbiter = Arbiter(judge(kind="pairwise"), lambda: Longer(is_fair=False), "m")
    compare_missing(kept, arbiter, models, SUITE, 8, lambda line: None)
    assert set(preferences_of(kept, arbiter, "terse", "echo", SUITE).values()) == {0.5}


def test_what_was_refused_is_known_and_what_was_put_off_is_asked_again() -> None:
    kept, balking = ledger(), entrant("one", Balking)
    first = draw_missing(kept, balking, SUITE, settings_with(), lambda line: None)
    assert (first.answers, first.left) == (2, 1)
    refused = kept.known[answer_slot("one", SUITE.items[1], 0).evaluation_id]
    assert (refused["answer"], refused["note"]) == (None, "too_long_for_model: It is too long.")
    second = draw_missing(kept, balking, SUITE, settings_with(), lambda line: None)
    assert (second.answers, second.left) == (0, 1)


def test_the_same_answer_is_scored_once_and_a_number_that_is_none_is_an_abstention() -> None:
    seen: list[str] = []

    def looked_at(subject: Subject) -> float:
        seen.append(subject.answer)
        return float("nan") if subject.answer == "Same" else words(subject)

    kept, models = ledger(), [entrant("a", EchoEngine), entrant("b", EchoEngine)]
    for one in models:
        draw_missing(kept, one, SUITE, settings_with(), lambda line: None)
    marker = Marker(HOLDOUT, PlainMaker("reward", looked_at))
    score_missing(kept, marker, models, SUITE, 2, lambda line: None)
    assert seen == ["Which one is it", "Same", "What else"]
    values = [kept.value(marker.slot(name, item)) for name in ("a", "b") for item in SUITE.items]
    assert values == [4.0, None, 2.0] * 2
    score_missing(kept, marker, models, SUITE, 2, lambda line: None)
    assert len(seen) == 3


def test_the_scorers_that_settings_name_score_and_those_that_are_missing_are_said() -> None:
    makers = [PlainMaker("reward", words), PlainMaker("rule:json", words)]
    every = [one.metric for one in markers_of(settings_with(), makers)]
    assert every == ["gold:token_f1", "gold:exact_match", "reward", "rule:json", "forgetting:exact_match"]
    some = settings_with("evaluate.scorers=[rule:json, judge:kind]", "evaluate.general=false")
    assert [one.metric for one in markers_of(some, makers)] == ["gold:token_f1", "gold:exact_match", "rule:json"]
    assert absent_scorers(some, ["reward", "rule:json"]) == ["judge:kind"]
    assert absent_scorers(settings_with(), ["rule:json"]) == ["reward"]


def test_a_form_is_kept_only_if_every_check_says_so() -> None:
    checks = "[{check: json, bare: true}, {check: length, unit: characters, most: 9}]"
    form = f"evaluate.regressions=[{{name: form, prompt: Say it, times: 3, temperature: 1.0, checks: {checks}}}]"
    (test,) = settings_with(form).regressions
    scorer = form_maker(test)()
    subjects = [Subject("regression:form", (), answer) for answer in ('{"a": 1}', '{"a": 1111111}', "so")]
    said = [one for one in scorer.score(subjects) if isinstance(one, Score)]
    assert [one.passed for one in said] == [True, False, False]
    assert said[1].reason and said[0].reason is None


def test_arbiters_are_the_pairwise_judges_of_the_settings_and_an_address_has_one_model(tmp_path: Any) -> None:
    judges = [
        f"judges.pairs={{rubric: Be right., kind: pairwise, reading: auto, {JUDGE}}}",
        f"judges.kind={{rubric: Be kind., kind: absolute, reading: auto, {JUDGE}}}",
    ]
    from lakehouse.home import Home

    settings = load_settings("test", [*QUICK, *judges]).settings
    assert [one.name for one in arbiters_of(settings, Home(tmp_path))] == ["judge:pairs"]
    none = load_settings("test", [*QUICK, *judges, "evaluate.scorers=[reward]"]).settings
    assert arbiters_of(none, Home(tmp_path)) == ()
    address = url_engine("http://localhost:1/v1")
    with pytest.raises(OneModelBehindAddress, match="can load terse, and engine.kind is url"):
        _check_address(address, [Policy(TUNED, None)])
    assert prices_of(settings.evaluate, settings.engine) is None
    prices = prices_of(settings.evaluate, address)
    assert prices is not None and (prices.prompt_tokens, prices.answer_tokens) == (1.0, 1.0)
