"""Intervals are honest at five: the truth is rarely below the lower end, which is what certifies a judge."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pipelines.reward.calibration.agreement import Sample, kendall_tau, value_of, weighted_kappa
from pipelines.reward.calibration.interval import chance_of_order, figure_of

RATED = {"even": [0.2] * 5, "mostly good": [0.05, 0.05, 0.1, 0.3, 0.5], "good or bad": [0.45, 0.05, 0.01, 0.04, 0.45]}
AGREEMENTS = {"weighted_kappa": weighted_kappa, "kendall_tau": kendall_tau}


def drawn(seed: int, bond: float, shares: list[float], number: int) -> Sample:
    """Judge and people see the same quality, each in a way of their own; their bond is a correlation."""
    chance = np.random.default_rng(seed)
    people = chance.standard_normal(number)
    judge = bond * people + np.sqrt(1 - bond**2) * chance.standard_normal(number)
    cuts = stats.norm.ppf(np.cumsum(shares)[:-1])
    return Sample(judge, np.searchsorted(cuts, judge) + 1.0, np.searchsorted(cuts, people) + 1.0)


@pytest.mark.parametrize("rated", RATED)
@pytest.mark.parametrize("bond", [0.0, 0.5, 0.9])
def test_of_a_hundred_judges_measured_on_five_few_are_overrated(rated: str, bond: float) -> None:
    """At 95 % the truth may lie below in 2.5; a hundred draws of that are at most 7 but once in a hundred times."""
    for name, agreement in AGREEMENTS.items():
        truth = value_of(agreement, drawn(0, bond, RATED[rated], 2000)) if bond else 0.0
        samples = [drawn(seed, bond, RATED[rated], 5) for seed in range(1, 101)]
        found = [figure_of(name, one, 0.95, draws=400) for one in samples if len(set(one.ratings)) > 1]
        assert len(found) > 80
        assert sum(one.low > truth for one in found) <= 7
        assert sum(one.high < truth for one in found) <= 7
        assert all(-1 <= one.low <= one.value <= one.high <= 1 for one in found)


def test_a_plain_bootstrap_would_overrate_them() -> None:
    """Else the corrections would be for nothing: its lower end is above the truth of chance far too often."""
    above = 0
    for seed in range(1, 101):
        one = drawn(seed, 0.0, RATED["good or bad"], 5)
        weights = np.random.default_rng(seed).dirichlet(np.ones(5), 400)
        above += float(np.quantile(kendall_tau(one, weights), 0.025)) > 0
    assert above > 7


@pytest.mark.parametrize("right", range(6))
def test_accuracy_has_the_exact_interval_of_a_share(right: int) -> None:
    ratings = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    mapped = np.where(np.arange(5) < right, ratings, 6 - ratings - 0.6)
    exact = stats.binomtest(right, 5).proportion_ci(0.95, "exact")
    found = figure_of("accuracy", Sample(mapped, mapped, ratings), 0.95)
    assert (found.value, found.low, found.high) == pytest.approx((right / 5, exact.low, exact.high))


def test_order_by_chance_is_counted_over_all_orders() -> None:
    one = Sample(np.array([1.0, 2.0, 3.0, 5.0, 4.0]), np.zeros(5), np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    # of 120 orders one is better than this one, and three others are as good: one swap of neighbours
    assert chance_of_order(one) == pytest.approx(5 / 120)


def test_three_ratings_say_nothing_and_many_say_much() -> None:
    few, many = drawn(1, 0.95, RATED["even"], 3), drawn(1, 0.95, RATED["even"], 60)
    assert (figure_of("kendall_tau", few, 0.95).low, figure_of("kendall_tau", few, 0.95).high) == (-1.0, 1.0)
    assert figure_of("weighted_kappa", many, 0.95).low > 0.7
    assert figure_of("weighted_kappa", many, 0.95) == figure_of("weighted_kappa", many, 0.95)
