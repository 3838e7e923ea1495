"""Figures from values: what is better, what is worse, and when nobody can tell."""

from __future__ import annotations

from math import nan
from typing import Any

import numpy
import pytest
from scipy import stats

from conf import EvaluateSettings, load_settings
from lakehouse.frames import arrow_rows
from lakehouse.tables import table_named
from pipelines.engines.protocol import Sampling
from pipelines.evaluate.answers import bits_per_byte
from pipelines.evaluate.figures import Measured, comparison_figures, is_too_few, level_figures, paired_values
from pipelines.evaluate.measured import Prices
from pipelines.evaluate.pages import write_pages
from pipelines.evaluate.regressions import Before, before_in, form_difference, form_share
from pipelines.evaluate.report import Report, report_of, rows_of, what_it_can_show
from pipelines.evaluate.suite import HOLDOUT, Item, Suite
from pipelines.evaluate.words import headline, standing, table_against
from pipelines.statistics.estimate import Figure

PROMPTS = 200


def settings_with(**changes: Any) -> EvaluateSettings:
    settings = load_settings("test").settings.evaluate
    return settings.model_copy(update={"resamples": 400, "general": False} | changes)


def names(number: int = PROMPTS) -> list[str]:
    return [f"p{place:03}" for place in range(number)]


def suite(number: int = PROMPTS) -> Suite:
    messages = ({"role": "user", "content": "What <now>?"},)
    sampling = Sampling(0.0, 1.0, 9)
    return Suite(
        tuple(
            Item(HOLDOUT, name, ("facts", "letters")[place % 2], messages, (), sampling)
            for place, name in enumerate(names(number))
        )
    )


def model(name: str, shift: float, number: int = PROMPTS, seed: int = 3, **more: Any) -> Measured:
    """Rewards that differ from model to model by `shift` and by noise of its own, and answers that all differ."""
    common = numpy.random.default_rng(99).normal(size=number)
    own = common + shift + 0.3 * numpy.random.default_rng(seed).normal(size=number)
    values: dict[str, Any] = {
        "reward": dict(zip(names(number), own.tolist(), strict=True)),
        "tokens_per_answer": {one: 10.0 + 5 * (place % 3) for place, one in enumerate(names(number))},
    }
    answers = {one: f"{name} says {'so ' * (place % 7)}" for place, one in enumerate(names(number))}
    return Measured(name, name, answers, values | more)


def report(*models: Measured, number: int = PROMPTS, **changes: Any) -> Report:
    settings, asked = settings_with(**changes), suite(number)
    return report_of(asked, settings, asked.digest(settings, ["s"]), models, lambda *_: None)


def test_a_model_that_is_better_everywhere_is_said_to_be_and_the_others_are_not() -> None:
    found = report(model("ours", 0.5, seed=1), model("base", 0.0, seed=2))
    difference = found.comparison("base", "difference:reward")
    assert difference is not None and difference.low is not None
    gap = numpy.array(list(found.policy.values["reward"].values())) - list(found.models[1].values["reward"].values())
    assert difference.value == pytest.approx(gap.mean())
    assert difference.low == pytest.approx(gap.mean() - stats.t.ppf(0.975, 199) * stats.sem(gap), abs=0.015)
    assert standing(difference, "reward") == "better"
    wins = found.comparison("base", "win_rate:reward")
    assert wins is not None and wins.value == pytest.approx((gap > 0).mean())
    assert {one.slice for one in found.comparisons["base"]} == {"all", "facts", "letters"}
    assert headline(found, found.rivals[0]).startswith("ours against base: better by reward; worse by nothing")


def test_few_prompts_are_said_to_be_few_and_many_are_not() -> None:
    few = report(model("ours", 0.05, 6, seed=1), model("base", 0.0, 6, seed=2), number=6)
    told = few.comparison("base", "difference:reward")
    assert told is not None and told.note is not None
    assert told.note.startswith("not enough prompts to tell: 6 prompts can show a difference of 0.")
    assert standing(told, "reward") == "cannot tell: not enough prompts"
    many = report(model("ours", 0.0, 2000, seed=1), model("base", 0.0, 2000, seed=2), number=2000)
    enough = many.comparison("base", "difference:reward")
    assert enough is not None and not is_too_few(enough)
    assert standing(enough, "reward") == "cannot tell"


def test_one_prompt_shows_nothing() -> None:
    found = report(model("ours", 9.0, 1, seed=1), model("base", 0.0, 1, seed=2), number=1)
    told = found.comparison("base", "difference:reward")
    assert told is not None and (told.low, told.high) == (None, None)
    assert told.note is not None and told.note.startswith(
        "not enough prompts to tell: 1 prompts can show no difference"
    )
    assert standing(told, "reward") == "cannot tell: not enough prompts"


@pytest.mark.parametrize(
    ("low", "high", "metric", "words"),
    [
        (0.1, 0.2, "reward", "better"),
        (0.1, 0.2, "latency_seconds", "worse"),
        (-0.2, -0.1, "cost_per_thousand", "better"),
        (-0.2, -0.1, "reward", "worse"),
        (-0.1, 0.1, "reward", "cannot tell"),
        (None, None, "reward", "cannot tell"),
    ],
)
def test_less_is_better_for_what_costs(low: float | None, high: float | None, metric: str, words: str) -> None:
    assert standing(Figure(metric, 0.0, low, high), metric) == words


def test_what_was_not_measured_says_why_and_nothing_is_compared_with_it() -> None:
    reasons = {"judge:kind": "There is no scorer judge:kind."}
    ours = model("ours", 0.0, seed=1)
    found = report(Measured("ours", "ours", ours.answers, ours.values, {}, {}, reasons), model("base", 0.0, seed=2))
    for figure in (found.level("ours", "judge:kind"), found.comparison("base", "win_rate:judge:kind")):
        assert figure is not None and (figure.value, figure.note) == (None, "There is no scorer judge:kind.")
    assert standing(Figure("m", None), "m") == "not measured"


def test_prompts_without_a_value_are_counted_and_equal_answers_are_ties() -> None:
    one = Measured("a", "a", {"p": "x", "q": "y", "r": "z"}, {"reward": {"p": 1.0, "q": 2.0, "r": nan}})
    two = Measured("b", "b", {"p": "x", "q": "w", "r": "z"}, {"reward": {"p": 1.1, "q": 1.0, "r": 5.0}})
    paired = paired_values(one, two, "reward")
    assert paired.prompt_id.tolist() == ["p", "q"]
    assert paired.wins.tolist() == [0.5, 1.0]  # the first said the same, whatever the scorer's rounding makes of it
    (level,) = level_figures(one, {}, settings_with())
    assert level.value == 1.5 and level.note is not None and "Not defined for 1 more prompts." in level.note


def test_chances_of_workloads_are_adjusted_for_their_number() -> None:
    ours, base = model("ours", 0.1, seed=1), model("base", 0.0, seed=2)
    workloads = suite().workloads
    alone = comparison_figures(ours, base, {name: "facts" for name in workloads}, settings_with())
    assert {one.slice for one in alone} == {"all"}
    split = comparison_figures(ours, base, workloads, settings_with())
    noted = [one.note or "" for one in split if one.metric == "difference:reward" and one.slice != "all"]
    assert len(noted) == 2 and all("after Holm over 2 workloads" in one for one in noted)


def test_what_can_be_shown_is_said_before_and_how_many_prompts_it_would_take() -> None:
    # (1.96 + 0.84) * 0.5 / 0.1, squared: about 196 prompts, and Student's test takes a few more
    said = what_it_can_show(30, settings_with())
    assert said.startswith("30 held-out prompts can show a difference of 0.26")
    assert "which takes 199 prompts" in said
    assert what_it_can_show(199, settings_with()).endswith("so they are enough.")
    assert "which takes 199" in what_it_can_show(198, settings_with())


def test_rows_fit_the_table_and_their_keys_are_distinct_and_follow_the_version() -> None:
    found = report(model("ours", 0.5, seed=1), model("base", 0.0, seed=2))
    rows = rows_of(found, 2)
    arrow_rows(table_named("evaluations"), [row | {"run_id": "run"} for row in rows])
    ids = {row["evaluation_id"] for row in rows}
    assert len(ids) == len(rows) > 12
    assert {row["rival_policy_id"] for row in rows} == {None, "base"}
    other = report(model("ours", 0.5, seed=1), model("base", 0.0, seed=2), confidence=0.9)
    assert not ids & {row["evaluation_id"] for row in rows_of(other, 2)}
    again = report(model("ours", 0.5, seed=1), model("base", 0.0, seed=2), battery_prompts=1, prompts_per_batch=1)
    assert ids == {row["evaluation_id"] for row in rows_of(again, 2)}


def test_the_pages_show_the_figures_the_pictures_and_the_battery(tmp_path: Any) -> None:
    found = report(model("ours", 0.5, seed=1), model("base", 0.0, seed=2), battery_prompts=2)
    files = {file.name: file.read_bytes() for file in write_pages(found, tmp_path)}
    assert set(files) == {
        "win_rate.png",
        "length.png",
        "cost.png",
        "evaluation.md",
        "evaluation.html",
        "battery.md",
        "battery.html",
    }
    assert all(files[name].startswith(b"\x89PNG") for name in ("win_rate.png", "length.png", "cost.png"))
    battery = files["battery.html"].decode()
    assert battery.count("<tr>") == 1 + 2 and "What &lt;now&gt;?" in battery and "ours says" in battery
    assert "base says" in battery and "reward" in battery
    page = files["evaluation.md"].decode()
    assert "Against base" in page and "Said before the run: 200 held-out prompts" in page
    assert len(table_against(found, found.rivals[0])) == 2


def test_a_form_is_compared_with_the_version_before_and_between_models() -> None:
    figure = form_share("regression:json", [1.0] * 9 + [0.0], "now1", 0.95, Before("old1", 4, 10))
    exact = stats.binomtest(9, 10).proportion_ci(0.95, method="exact")
    assert (figure.value, figure.low, figure.high) == pytest.approx((0.9, exact.low, exact.high))
    chance = stats.fisher_exact([[9, 1], [4, 6]]).pvalue
    assert figure.note is not None and f"p {chance:.3g}." in figure.note and "+0.500" in figure.note
    stored = {"note": figure.note, "prompts": figure.prompts, "value": figure.value}
    assert before_in(stored) == Before("now1", 9, 10)
    assert before_in({"note": None, "prompts": 3, "value": 1.0}) is None
    apart = form_difference("regression:json", [1.0] * 9 + [0.0], [0.0] * 10, 0.95)
    assert apart.value == pytest.approx(0.9) and apart.low is not None and apart.low > 0.3
    assert form_difference("regression:json", [], [1.0], 0.95).value is None


def test_bits_per_byte_and_money_by_hand() -> None:
    # 8 nats for 4 bytes, of which an umlaut is two
    assert bits_per_byte(["für"], [-8.0]) == pytest.approx(8 / numpy.log(2) / 4)
    assert bits_per_byte(["a", "b"], [-1.0, None]) is None
    assert bits_per_byte([], []) is None
    # a thousand requests of 50 tokens read at 2 and 10 written at 8, for a million
    assert Prices(2.0, 8.0).per_thousand(50, 10) == pytest.approx((50 * 2 + 10 * 8) * 1000 / 1e6)
