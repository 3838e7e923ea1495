"""Shares, adjusted chances and what a comparison can show, against scipy, by enumeration and by simulation."""

from __future__ import annotations

import math

import numpy
import pytest
from scipy import stats

from pipelines.statistics.many import holm
from pipelines.statistics.power import least_detectable
from pipelines.statistics.shares import chance_of_difference, clopper_pearson, difference_of_shares


@pytest.mark.parametrize(("hits", "trials"), [(0, 5), (5, 5), (1, 3), (93, 100), (50, 100)])
@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_the_interval_of_a_share_is_scipys_exact_one(hits: int, trials: int, confidence: float) -> None:
    exact = stats.binomtest(hits, trials).proportion_ci(confidence, method="exact")
    assert clopper_pearson(hits, trials, confidence) == pytest.approx((exact.low, exact.high))


@pytest.mark.parametrize(("hits", "trials"), [(0, 0), (4, 3), (-1, 3)])
def test_a_share_of_nothing_or_of_too_much_is_refused(hits: int, trials: int) -> None:
    with pytest.raises(ValueError, match=f"got {hits} of {trials}"):
        clopper_pearson(hits, trials, 0.95)


def test_the_difference_of_two_shares_holds_the_truth_and_is_no_wider_than_the_shares_are() -> None:
    low, high = difference_of_shares(93, 100, 80, 100, 0.95)
    assert low < 0.13 < high and low > 0
    ours, theirs = clopper_pearson(93, 100, 0.95), clopper_pearson(80, 100, 0.95)
    assert high - low < (ours[1] - ours[0]) + (theirs[1] - theirs[0])
    turned = difference_of_shares(80, 100, 93, 100, 0.95)
    assert turned == pytest.approx((-high, -low))
    drawn = numpy.random.default_rng(11).binomial([[30], [50]], [[0.9], [0.7]], size=(2, 2000))
    held = [difference_of_shares(int(a), 30, int(b), 50, 0.95) for a, b in drawn.T]
    covered = numpy.mean([one <= 0.2 <= other for one, other in held])
    assert 0.95 <= covered <= 0.99  # made of two exact intervals, so on the wide side


def test_fishers_test_is_the_sum_over_tables_that_are_as_rare() -> None:
    def weight(hits: int) -> float:
        return math.comb(8, hits) * math.comb(6, 9 - hits) / math.comb(14, 9)

    seen = weight(7)  # 7 of 8 against 2 of 6, of 9 hits in all
    rare = sum(weight(hits) for hits in range(3, 9) if weight(hits) <= seen * (1 + 1e-9))
    assert chance_of_difference(7, 8, 2, 6) == pytest.approx(rare)


def test_holms_steps_by_hand() -> None:
    # smallest times 4, next times 3, next times 2, last times 1, and never below the one before
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([]) == []
    assert holm([0.02]) == [0.02]


def test_chance_alone_seldom_misleads_anywhere_in_ten_slices() -> None:
    chances = numpy.random.default_rng(5).uniform(size=(4000, 10))
    misled = numpy.mean([min(holm(list(row))) <= 0.05 for row in chances])
    assert misled == pytest.approx(0.05, abs=0.012)
    assert numpy.mean(chances.min(axis=1) <= 0.05) == pytest.approx(1 - 0.95**10, abs=0.03)


@pytest.mark.parametrize("prompts", [6, 34, 200])
def test_what_can_be_shown_is_shown_as_often_as_promised(prompts: int) -> None:
    shift = least_detectable(prompts, spread=2.0, confidence=0.95, power=0.8)
    drawn = numpy.random.default_rng(3).normal(shift, 2.0, size=(8000, prompts))
    shown = stats.ttest_1samp(drawn, 0.0, axis=1).pvalue < 0.05
    assert numpy.mean(shown) == pytest.approx(0.8, abs=0.015)


def test_more_prompts_show_less_and_one_shows_nothing() -> None:
    # the normal approximation: (1.960 + 0.842) standard errors
    assert least_detectable(2000, 0.5, 0.95, 0.8) == pytest.approx(2.802 * 0.5 / 2000**0.5, rel=0.002)
    assert least_detectable(1, 0.5, 0.95, 0.8) == math.inf
    assert least_detectable(10, 0.0, 0.95, 0.8) == 0.0
