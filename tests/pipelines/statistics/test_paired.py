"""Paired comparisons: scipy's tests, and intervals that hold the truth as often as they say."""

from __future__ import annotations

import numpy
import pytest
from scipy import stats

from pipelines.statistics.paired import (
    Paired,
    chance_of_difference,
    chance_of_wins,
    mean_difference,
    part_of,
    spread_of_differences,
    spread_of_wins,
    win_rate,
    win_rate_at_equal_length,
)
from tests.pipelines.reward.trust.arrays import settings_with

SETTINGS = settings_with(resamples=1000, least_prompts=5)
SEED = 20261101
SUITES = 500


def paired(ours: object, theirs: object = None, prefix: str = "p") -> Paired:
    values = numpy.asarray(ours, dtype=float)
    others = numpy.zeros(len(values)) if theirs is None else numpy.asarray(theirs, dtype=float)
    return Paired(numpy.array([f"{prefix}{number}" for number in range(len(values))]), values, others)


def covered(truth: float, suites: list[Paired], rate: bool) -> float:
    found = [(win_rate if rate else mean_difference)("m", one, SETTINGS) for one in suites]
    return float(numpy.mean([one.low is not None and one.low <= truth <= one.high for one in found]))


@pytest.mark.parametrize("prompts", [30, 100])
def test_the_interval_of_a_mean_difference_holds_the_truth_within_two_points(prompts: int) -> None:
    """Skewed differences, as rewards have: a gamma of shape 4 less its mean, shifted by 0.3."""
    chance = numpy.random.default_rng(SEED)
    drawn = chance.gamma(4.0, size=(SUITES, prompts)) - 4.0 + 0.3
    suites = [paired(row, prefix=f"{number} ") for number, row in enumerate(drawn)]
    assert covered(0.3, suites, rate=False) == pytest.approx(0.95, abs=0.02)


def test_the_interval_of_a_win_rate_with_ties_holds_the_truth_within_two_points() -> None:
    chance = numpy.random.default_rng(SEED)
    drawn = chance.choice([1.0, 0.0, -1.0], p=[0.5, 0.2, 0.3], size=(SUITES, 80))
    suites = [paired(row, prefix=f"{number} ") for number, row in enumerate(drawn)]
    assert covered(0.6, suites, rate=True) == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize("prompts", [2, 7, 12])
def test_few_prompts_are_flipped_in_all_ways_as_scipy_does(prompts: int) -> None:
    differences = numpy.random.default_rng(prompts).normal(0.4, size=prompts)
    theirs = stats.permutation_test(
        (differences, numpy.zeros(prompts)), lambda a, b: (a - b).sum(), permutation_type="samples", n_resamples=10**6
    )
    assert chance_of_difference(paired(differences)) == pytest.approx(theirs.pvalue)


def test_many_prompts_are_flipped_at_random_and_close_to_the_t_test_in_any_order() -> None:
    differences = numpy.random.default_rng(4).normal(0.2, size=120)
    found = chance_of_difference(paired(differences))
    assert found == pytest.approx(stats.ttest_1samp(differences, 0).pvalue, abs=0.01)
    whole, order = paired(differences), numpy.random.default_rng(5).permutation(120)
    assert chance_of_difference(part_of(whole, order)) == found


def test_no_difference_anywhere_is_no_surprise() -> None:
    assert chance_of_difference(paired([0.0, 0.0])) == 1.0
    assert chance_of_wins(paired([0.0, 0.0])) == 1.0
    assert chance_of_difference(paired([3.0])) == 1.0  # one sign, which is as good either way


def test_wins_are_counted_by_the_sign_test_and_ties_say_nothing() -> None:
    # 5 wins, 1 loss: both tails of six tosses, (1 + 6) * 2 / 64
    assert chance_of_wins(paired([1, 2, 3, 4, 5, -9, 0, 0])) == pytest.approx(14 / 64)


def test_wins_and_half_the_ties_are_the_rate_and_unanimity_is_a_binomial() -> None:
    rate = win_rate("w", paired([2, 1, 0, -1, 0, 3, 5, 1]), SETTINGS)
    assert (rate.value, rate.prompts) == (pytest.approx((5 + 0.5 * 2) / 8), 8)
    every = win_rate("w", paired([1.0] * 8), SETTINGS)
    assert (every.value, every.high) == (1.0, 1.0)
    assert every.low == pytest.approx(0.025 ** (1 / 8))


def test_a_win_that_is_only_length_is_gone_at_equal_length() -> None:
    chance = numpy.random.default_rng(8)
    gap = chance.normal(10.0, 20.0, size=600)  # ours are longer on average, and whatever is longer wins
    lengths, judged = paired(gap), paired(numpy.where(gap + chance.normal(0, 10, 600) > 0, 1.0, -1.0))
    plain = win_rate("w", judged, SETTINGS)
    fair = win_rate_at_equal_length("f", judged, lengths, SETTINGS)
    assert plain.low is not None and plain.low > 0.6
    assert fair.value is not None and abs(fair.value - 0.5) < 0.05  # a line for a curve, so not quite a half
    design = numpy.column_stack([numpy.ones(600), numpy.tanh(gap / numpy.sqrt(numpy.mean(gap**2)))])
    (height, _), *_ = numpy.linalg.lstsq(design, judged.wins, rcond=None)
    assert fair.value == pytest.approx(height)


def test_lengths_that_are_all_equal_change_nothing_and_all_longer_is_said() -> None:
    judged = paired([1.0, 1.0, -1.0, 1.0, 0.0, 1.0])
    same = win_rate_at_equal_length("f", judged, paired([0.0] * 6), SETTINGS)
    assert same.value == pytest.approx(win_rate("w", judged, SETTINGS).value)
    beyond = win_rate_at_equal_length("f", judged, paired([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), SETTINGS)
    assert beyond.note is not None and "beyond what was seen" in beyond.note


def test_spreads_are_the_standard_deviation_and_the_distance_from_a_half() -> None:
    assert spread_of_differences(paired([1.0, 3.0])) == pytest.approx(2**0.5)
    assert spread_of_differences(paired([1.0])) == 0.0
    assert spread_of_wins(paired([1.0, -1.0])) == 0.5
    assert spread_of_wins(paired([1.0, 0.0, 0.0, 0.0])) == pytest.approx(0.25)
    assert spread_of_wins(paired([1.0, 1.0])) == 0.5  # all wins, and still a coin may have done it


def test_a_prompt_that_comes_twice_or_has_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="each prompt once"):
        Paired(numpy.array(["a", "a"]), numpy.ones(2), numpy.ones(2))
    with pytest.raises(ValueError, match="one finite number"):
        paired([1.0, float("nan")])
