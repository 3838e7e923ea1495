"""Best of N against every subset, drift against scipy, and what ties, length and other scorers say, by hand."""

from __future__ import annotations

from itertools import combinations
from statistics import mean

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipelines.reward.trust.best_of import curves_of, expected_at_best, gain_figures
from pipelines.reward.trust.candidates import agreement_figures, length_figures, tied_figure
from pipelines.reward.trust.drift import drift_figures, stability_index
from tests.pipelines.reward.trust.arrays import candidates_of, settings_with

SETTINGS = settings_with(resamples=500)
NAN = float("nan")
SCORED = st.lists(st.tuples(st.integers(0, 3), st.integers(-4, 4)), min_size=1, max_size=7)


def by_enumeration(scored: list[tuple[int, int]], size: int) -> float:
    """Every subset, and a fair choice among those of its members that score the highest."""
    subsets = list(combinations(scored, size))
    best = [max(score for score, _ in subset) for subset in subsets]
    return mean(
        mean(value for score, value in subset if score == top) for subset, top in zip(subsets, best, strict=True)
    )


@given(SCORED, st.data())
def test_the_expected_value_at_the_best_is_that_of_every_subset(
    scored: list[tuple[int, int]], data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, len(scored)))
    scores, values = (numpy.array(column, float) for column in zip(*scored, strict=True))
    assert expected_at_best(scores, values, size) == pytest.approx(by_enumeration(scored, size))


def test_gains_are_sums_over_prompts_and_the_share_is_of_the_oracles() -> None:
    # two of each: by the reward a picks .8 (mean .5, best .8), b picks .1 (mean .2, best .3); c has no gold answer
    scores = {"a": [1.0, 2.0], "b": [5.0, 4.0], "c": [0.0, 8.0]}
    candidates = candidates_of(scores, gold=[0.2, 0.8, 0.1, 0.3, NAN, NAN])
    curves = curves_of(candidates, SETTINGS)
    assert curves is not None and curves.sizes == (1, 2)
    figures = {figure.metric: figure for figure in gain_figures(curves, SETTINGS)}
    assert figures["headroom"].value == pytest.approx((0.5 + 0.5 + 4) / 3)
    assert figures["true_gain"].value == pytest.approx((0.3 - 0.1) / 2)
    assert figures["oracle_gain"].value == pytest.approx((0.3 + 0.1) / 2)
    assert figures["oracle_share"].value == pytest.approx(0.2 / 0.4)
    assert (figures["headroom"].prompts, figures["true_gain"].prompts) == (3, 2)


def test_a_curve_is_about_the_same_prompts_at_every_point() -> None:
    scores = {"four": [1.0, 2.0, 3.0, 4.0], "five": [1.0] * 5, "two": [1.0, 9.0], "one": [7.0]}
    curves = curves_of(candidates_of(scores), SETTINGS)
    # of the three prompts with more than one candidate, two have four
    assert curves is not None and curves.sizes == (1, 2, 4)
    assert curves.prompt_id.tolist() == ["five", "four"]
    assert curves.reward.tolist() == [[1.0, 1.0, 1.0], [2.5, pytest.approx(10 / 3), 4.0]]
    assert curves_of(candidates_of({"one": [7.0]}), SETTINGS) is None


def test_where_nothing_can_be_gained_there_is_no_share_of_it() -> None:
    curves = curves_of(candidates_of({"a": [1.0, 2.0], "b": [2.0, 1.0]}, gold=[0.5] * 4), SETTINGS)
    assert curves is not None
    figures = {figure.metric: figure for figure in gain_figures(curves, SETTINGS)}
    assert (figures["oracle_gain"].value, figures["oracle_share"].value) == (0.0, None)


def test_prompts_whose_candidates_tie_are_a_share_of_those_with_two() -> None:
    scores = {"tied": [1.0, 1.0 + 1e-9], "apart": [1.0, 2.0], "also": [3.0, 3.0, 3.1], "one": [4.0]}
    figure = tied_figure(candidates_of(scores), SETTINGS)
    assert (figure.value, figure.prompts) == (pytest.approx(1 / 3), 3)


def test_length_is_followed_over_all_or_within_prompts() -> None:
    """Long prompts score low, and within each the longer answer scores higher: two correlations of opposite signs."""
    scores, lengths = {"a": [1.0, 2.0, 3.0], "b": [-3.0, -2.0, -1.0]}, [1.0, 2.0, 3.0, 11.0, 12.0, 13.0]
    overall, within = length_figures(candidates_of(scores, length=lengths), SETTINGS)
    assert overall.value == pytest.approx(stats.spearmanr([1, 2, 3, -3, -2, -1], lengths).statistic)
    assert (overall.value < 0, within.value) == (True, pytest.approx(1.0))


def test_agreement_is_within_prompts_and_leaves_out_who_abstains() -> None:
    scores = {"a": [1.0, 2.0, 3.0, 4.0], "b": [4.0, 3.0, 2.0], "c": [1.0, 2.0]}
    judge = [1.0, 2.0, NAN, 4.0, 1.0, 2.0, 2.0, 5.0, 5.0]
    (figure,) = agreement_figures(candidates_of(scores, judge=judge), SETTINGS)
    # a agrees on all it saw; b is turned round but for a tie: -2 of sqrt(3 * 2) pairs; c says nothing of either
    assert (figure.slice, figure.prompts) == ("judge", 2)
    assert figure.value == pytest.approx((1 - 2 / 6**0.5) / 2)
    assert figure.note is not None and "Not defined for 1 more prompts." in figure.note


def test_drift_is_scipys_distance_and_the_sum_over_tenths() -> None:
    random = numpy.random.default_rng(5)
    old, new = random.normal(size=500), random.normal(0.7, 1.3, size=300).round(1)
    names = numpy.repeat(numpy.arange(100).astype(str), 3)
    index, distance = drift_figures(names, new, old, SETTINGS)
    assert distance.value == pytest.approx(stats.ks_2samp(new, old).statistic)
    edges = [-numpy.inf, *numpy.quantile(old, numpy.arange(1, 10) / 10), numpy.inf]
    shares = [(numpy.histogram(one, edges)[0] + 0.5) / (len(one) + 5) for one in (new, old)]
    assert index.value == pytest.approx(sum((a - b) * numpy.log(a / b) for a, b in zip(*shares, strict=True)))
    assert index.value > 0.25
    same, _ = drift_figures(names, random.normal(size=300), old, SETTINGS)
    assert same.value is not None and same.value < 0.1
    assert stability_index(numpy.array([[7.0, 7.0]]), numpy.array([7.0, 7.0]))[0] == 0.0
