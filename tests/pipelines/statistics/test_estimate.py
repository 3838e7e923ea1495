"""Intervals are what drawing prompts anew gives, in whatever order they come."""

from __future__ import annotations

import numpy
import pytest
from scipy import stats

from pipelines.statistics.estimate import estimated, mean_by_prompt
from tests.pipelines.reward.trust.arrays import settings_with

SETTINGS = settings_with(resamples=4000)


def test_the_interval_of_a_mean_is_scipys_bootstrap() -> None:
    values = numpy.random.default_rng(1).gamma(2.0, size=60)
    names = numpy.array([f"p{number}" for number in range(60)])
    figure = mean_by_prompt("mean", names, values, SETTINGS)
    drawn = stats.bootstrap((values,), numpy.mean, n_resamples=20_000, rng=1).bootstrap_distribution
    # Hesterberg's expanded percentiles: Student's 2.001 instead of the normal 1.960, and a sample's smaller spread
    tail = stats.norm.cdf(-stats.t.ppf(0.975, 59) * (60 / 59) ** 0.5)
    theirs = numpy.quantile(drawn, [tail, 1 - tail])
    assert figure.value == pytest.approx(values.mean())
    assert (figure.low, figure.high) == pytest.approx(tuple(theirs), abs=0.05 * float(numpy.ptp(theirs)))


def test_answers_to_one_prompt_are_drawn_together() -> None:
    """Twenty prompts of fifty equal pairs each are twenty observations, not a thousand."""
    right = numpy.repeat(numpy.arange(20) % 2, 50).astype(float)
    columns = numpy.column_stack([right, numpy.ones(1000)])
    by_prompt = estimated("accuracy", numpy.repeat(numpy.arange(20).astype(str), 50), columns, SETTINGS)
    each_alone = estimated("accuracy", numpy.arange(1000).astype(str), columns, SETTINGS)
    assert by_prompt.low is not None and by_prompt.high is not None
    assert each_alone.low is not None and each_alone.high is not None
    # standard errors of a half: sqrt(.25 / 19), at which Student's reaches 2.09 far, and sqrt(.25 / 999)
    assert by_prompt.high - by_prompt.low == pytest.approx(2 * 2.09 * (0.25 / 19) ** 0.5, rel=0.1)
    assert each_alone.high - each_alone.low == pytest.approx(2 * 1.96 * (0.25 / 999) ** 0.5, rel=0.1)


def test_the_interval_does_not_depend_on_the_order_of_rows() -> None:
    names, values = numpy.array(["c", "a", "b", "d"]), numpy.array([1.0, 2.0, 4.0, 8.0])
    order = numpy.array([2, 0, 3, 1])
    assert mean_by_prompt("m", names, values, SETTINGS) == mean_by_prompt("m", names[order], values[order], SETTINGS)


@pytest.mark.parametrize("successes", [30, 0])
def test_where_all_agree_what_is_left_to_chance_is_the_exact_binomials(successes: int) -> None:
    names, values = numpy.arange(30).astype(str), numpy.full(30, successes / 30)
    figure = mean_by_prompt("share", names, values, SETTINGS, is_share=True)
    exact = stats.binomtest(successes, 30).proportion_ci(0.95, method="exact")
    assert (figure.low, figure.high) == pytest.approx((exact.low, exact.high))


def test_one_prompt_gives_a_figure_without_interval_and_none_gives_no_figure() -> None:
    one = mean_by_prompt("m", numpy.array(["a"]), numpy.array([0.5]), SETTINGS)
    assert (one.value, one.low, one.high, one.note) == (0.5, None, None, "One prompt gives no interval.")
    none = mean_by_prompt("m", numpy.array(["a"]), numpy.array([numpy.nan]), SETTINGS)
    assert (none.value, none.prompts) == (None, 0)
    assert none.note == "There is nothing to measure it on. Not defined for 1 more prompts."
