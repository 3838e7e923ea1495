"""The table of the TAO benchmark: its arithmetic against numbers worked out by hand, and against scipy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import pytest
from scipy import stats

from benchmarks.tao.choices import Answers, choice_among
from benchmarks.tao.explaining import explained, shortfalls
from benchmarks.tao.results import MadeOtherwise, Result, Shelf
from benchmarks.tao.table import (
    arm_figure,
    by_arm,
    difference,
    means_over_seeds,
    seed_differences,
    signed,
    summary_of,
    table_of,
)
from benchmarks.tao.tasks import TASKS
from conf import load_settings
from pipelines.statistics.estimate import Figure

SETTINGS = load_settings().settings.trust
MADE = {"each": 4, "held": 3, "sources": 2, "set": []}


def result(arm: str, seed: int, values: Mapping[str, float], **told: Any) -> Result:
    prompts = [{"prompt_id": name, "value": value, "answer": "so"} for name, value in values.items()]
    return Result("choice", seed, arm, MADE, prompts, told, 60.0)


BASE = [result("base", seed, {"a": 0.0, "b": 0.2, "c": 0.4}) for seed in (1, 2)]
TAO = [result("tao", 1, {"a": 0.3, "b": 0.2, "c": 1.0}), result("tao", 2, {"a": 0.5, "b": 0.4, "c": 0.0})]


def test_a_prompt_is_one_observation_however_many_seeds_asked_it() -> None:
    means = means_over_seeds(TAO)
    assert means == pytest.approx({"a": 0.4, "b": 0.3, "c": 0.5})
    figure = arm_figure(TAO, SETTINGS)
    assert (figure.value, figure.prompts) == (pytest.approx(0.4), 3)


def test_a_difference_is_that_of_each_prompt_over_the_seeds_that_both_have() -> None:
    both = difference(TAO, BASE, SETTINGS)
    assert (both.value, both.prompts) == (pytest.approx((0.4 + 0.1 + 0.1) / 3), 3)
    assert difference(TAO, BASE[:1], SETTINGS).value == pytest.approx((0.3 + 0.0 + 0.6) / 3)
    assert seed_differences(TAO, BASE) == pytest.approx({1: 0.3, 2: 0.1})


def test_the_interval_of_a_difference_is_that_of_pairs_and_near_a_t_interval() -> None:
    chance = numpy.random.default_rng(7)
    ease, names = chance.normal(0.5, 1.0, 200), [f"prompt {number}" for number in range(200)]
    ours, theirs = ease + chance.normal(0.1, 0.1, 200), ease
    pair = [
        [result(arm, 1, dict(zip(names, map(float, values), strict=True)))]
        for arm, values in (("tao", ours), ("base", theirs))
    ]
    found = difference(pair[0], pair[1], SETTINGS)
    expected = stats.ttest_rel(ours, theirs).confidence_interval(SETTINGS.confidence)
    assert (found.low, found.high) == (pytest.approx(expected.low, abs=0.004), pytest.approx(expected.high, abs=0.004))


def test_bold_is_only_what_is_on_one_side_of_zero() -> None:
    assert signed(Figure("d", 0.2, 0.1, 0.3)) == "**+0.200 [+0.100, +0.300]**"
    assert signed(Figure("d", -0.2, -0.3, -0.1)) == "**-0.200 [-0.300, -0.100]**"
    assert signed(Figure("d", 0.2, -0.1, 0.5)) == "+0.200 [-0.100, +0.500]"
    assert signed(Figure("d", None)) == "(not measured)"


def test_a_choice_is_measured_by_the_true_value_of_the_highest_score() -> None:
    found = choice_among(
        [
            # the highest score has value .2; unlike pairs: (0, .2) right, (0, 1) right, (.2, 1) wrong
            Answers([0.0, 0.2, 1.0], [0.1, 0.9, 0.5], [0.1, 0.9, 0.5]),
            # the first of equal scores has .4; the one unlike pair is tied by the rewards: half right
            Answers([0.4, 0.8], [0.5, 0.5], [1.0, 1.0]),
        ]
    )
    assert found is not None
    assert (found.prompts, found.mean, found.chosen, found.best) == (
        2,
        pytest.approx((0.4 + 0.6) / 2),
        pytest.approx((0.2 + 0.4) / 2),
        pytest.approx((1.0 + 0.8) / 2),
    )
    assert (found.right, found.pairs) == (pytest.approx(2.5 / 4), 4)
    assert choice_among([]) is None


def test_each_part_that_fell_short_is_named() -> None:
    good = {"mean": 0.3, "chosen": 0.4, "best": 0.5}
    assert shortfalls(0.1, 0.2, good) == ["too few prompts to tell"]  # .2 of .3 is kept, half of the headroom is taken
    assert "keeps 0.33" in shortfalls(0.1, 0.1, good)[0]  # .1 of .4 - .1
    assert "takes 0.10" in shortfalls(0.1, 0.2, {**good, "chosen": 0.32})[0]  # .02 of .2
    assert "hardly differ (headroom 0.030)" in shortfalls(0.1, 0.2, {**good, "chosen": 0.32, "best": 0.33})[0]
    assert "no better than what the base answers" in shortfalls(0.4, 0.0, good)[0]


def test_only_a_miss_is_excused() -> None:
    choice = {"mean": 0.3, "chosen": 0.4, "best": 0.5}
    gain, miss = Figure("d", 0.2, 0.1, 0.3), Figure("d", 0.1, -0.1, 0.3)
    words = "the answers drawn lie +0.200 from the base, the choice adds +0.100 (a perfect one +0.200)"
    assert explained(0.1, gain, choice) == f"{words}, and the tuned model keeps +0.200 of +0.300."
    assert explained(0.1, miss, choice).endswith("No certain gain: the model keeps 0.33 of what it learned from.")
    assert "No certain gain" in explained(0.1, Figure("d", 0.1), choice)  # one prompt gives no interval


def test_the_table_holds_every_arm_with_its_difference_and_what_there_was_to_choose() -> None:
    choice = {"prompts": 4, "mean": 0.3, "chosen": 0.4, "best": 0.5, "right": 0.6, "pairs": 10}
    reward = {"policy_id": "r", "pairs": 100, "held_out": 20, "accuracy": 0.7}
    tao = [result("tao", 1, TAO[0].values, choice=choice, reward=reward)]
    text = table_of(TASKS["choice"], [*tao, *BASE], {"too long": 2, "too short": 0}, SETTINGS)
    assert list(by_arm([*tao, *BASE])) == ["base", "tao"]
    assert "2 more prompts are left out: too long." in text and "too short" not in text
    assert "100 pairs of other kinds of work (0.700 of 20 held-out right)" in text
    (base,) = [line for line in text.splitlines() if line.startswith("| base |")]
    assert base.split(" | ")[2].startswith("0.200 [")
    of_tao = [line for line in text.splitlines() if line.startswith("| tao |")]
    assert of_tao[0].split(" | ")[2].startswith("0.500 [") and " +0.300" in of_tao[0]
    assert of_tao[1] == "| tao | 4 | 0.300 | 0.400 | 0.500 | 0.200 | 0.600 of 10 |"
    assert "- tao: the answers drawn lie +0.100 from the base" in text


def test_the_summary_holds_what_each_arm_has_more_by_task() -> None:
    sums = [replace(one, task="sums") for one in BASE]
    head, _, choice, others = summary_of([*sums, *TAO, *BASE], SETTINGS).splitlines()
    assert head == "| task | base | tao |"
    assert choice.startswith("| choice | 0.200 [") and "| +0.200 [" in choice.replace("*", "")
    assert others.startswith("| sums | 0.200 [") and others.endswith("] |  |")


def test_results_come_back_and_never_mix_with_those_made_otherwise(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, MADE)
    assert shelf.get("choice", 1, "tao") is None
    for one in TAO:
        shelf.put(one)
    assert shelf.every() == TAO
    with pytest.raises(MadeOtherwise, match="another --home"):
        Shelf(tmp_path, {**MADE, "each": 5}).get("choice", 1, "tao")
