"""The mapping rises, is gentle with five ratings, and with many is what isotonic regression says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression
from sklearn.isotonic import IsotonicRegression

from pipelines.reward.calibration.mapping import fit_mapping, left_out

FIVE_SCORES, FIVE_RATINGS = [2.0, 2.5, 3.0, 3.5, 4.0], [1.0, 3.0, 2.0, 5.0, 5.0]


def many(number: int) -> tuple[list[float], list[float]]:
    """People follow a bent curve of the judge's score, with noise."""
    chance = np.random.default_rng(3)
    scores = chance.uniform(1, 5, number)
    bent = 1 + 4 / (1 + np.exp(-3 * (scores - 3.5)))
    return list(scores), list(np.clip(np.round(bent + chance.normal(0, 0.7, number)), 1, 5))


def test_with_many_ratings_it_is_the_isotonic_regression_of_others() -> None:
    scores, ratings = many(2000)
    mapped = fit_mapping(scores, ratings, prior_ratings=2.0)(scores)
    theirs = IsotonicRegression().fit(scores, ratings).predict(scores)
    order = np.argsort(scores)
    scipys = isotonic_regression(np.array(ratings)[order]).x
    assert np.abs(mapped - theirs).max() < 0.01
    assert np.abs(mapped[order] - scipys).max() < 0.01


def test_without_a_prior_it_is_the_isotonic_regression_even_of_five() -> None:
    mapped = fit_mapping(FIVE_SCORES, FIVE_RATINGS, prior_ratings=0.0)(FIVE_SCORES)
    assert list(mapped) == pytest.approx(list(isotonic_regression(FIVE_RATINGS).x))


def test_five_ratings_are_drawn_to_the_line_by_two_sevenths() -> None:
    """Shrunken least squares by hand: mean (16 + 3*2)/7, slope on unit spread sum(z*r)/7; then three pools to check."""
    z = (np.array(FIVE_SCORES) - 3.0) / np.sqrt(0.5)
    line = np.clip(22 / 7 + z * float(z @ np.array(FIVE_RATINGS)) / 7, 1, 5)
    moved = np.array(FIVE_RATINGS) * 5 / 7 + line * 2 / 7
    mapped = fit_mapping(FIVE_SCORES, FIVE_RATINGS, prior_ratings=2.0)(FIVE_SCORES)
    assert list(mapped) == pytest.approx(list(isotonic_regression(moved).x))
    assert mapped[0] > 1.0 and mapped[-1] < 5.0


def test_the_prior_helps_where_ratings_are_few() -> None:
    """The error on new answers, over many draws of five: smaller with the prior than without."""
    errors = {0.0: 0.0, 2.0: 0.0}
    new_scores, new_ratings = many(500)
    for start in range(60):
        scores, ratings = (part[start * 5 : start * 5 + 5] for part in many(300))
        for prior in errors:
            errors[prior] += float(np.mean((fit_mapping(scores, ratings, prior)(new_scores) - new_ratings) ** 2))
    assert errors[2.0] < errors[0.0]


@given(st.lists(st.tuples(st.floats(1, 5), st.integers(1, 5)), min_size=2, max_size=12), st.floats(0, 5))
def test_whatever_comes_the_mapping_never_falls_and_stays_on_the_scale(
    points: list[tuple[float, int]], prior: float
) -> None:
    scores, ratings = [float(score) for score, _ in points], [float(rating) for _, rating in points]
    mapped = fit_mapping(scores, ratings, prior)(np.linspace(0, 6, 50))
    assert (np.diff(mapped) >= -1e-9).all()
    assert mapped.min() >= 1 - 1e-9 and mapped.max() <= 5 + 1e-9


def test_each_rating_is_foretold_by_the_others_alone() -> None:
    before = left_out(FIVE_SCORES, FIVE_RATINGS, 2.0)
    after = left_out(FIVE_SCORES, [*FIVE_RATINGS[:4], 1.0], 2.0)
    assert before[4] == after[4]
    assert before[:4] != after[:4]
