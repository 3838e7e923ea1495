"""Agreements are what scikit-learn and scipy find, also for samples in which answers count unequally."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kendalltau
from sklearn.metrics import cohen_kappa_score

from pipelines.reward.calibration.agreement import Sample, accuracy, kendall_tau, value_of, weighted_kappa


def sample(seed: int, number: int = 12) -> Sample:
    """Whole numbers with many ties."""
    chance = np.random.default_rng(seed)
    ratings = chance.integers(1, 6, number).astype(float)
    mapped = np.clip(ratings + chance.integers(-1, 2, number), 1, 5)
    return Sample(np.round(mapped * 0.3 + chance.normal(0, 0.2, number), 1), mapped, ratings)


@pytest.mark.parametrize("seed", range(20))
def test_kappa_is_scikit_learns_and_tau_is_scipys(seed: int) -> None:
    one = sample(seed)
    theirs = cohen_kappa_score(one.mapped, one.ratings, weights="quadratic", labels=[1, 2, 3, 4, 5])
    assert value_of(weighted_kappa, one) == pytest.approx(theirs)
    assert value_of(kendall_tau, one) == pytest.approx(kendalltau(one.scores, one.ratings).statistic)
    assert value_of(accuracy, one) == pytest.approx(float(np.mean(one.mapped == one.ratings)))


@pytest.mark.parametrize("seed", range(5))
def test_a_weight_of_three_is_the_same_as_three_times_the_answer(seed: int) -> None:
    one = sample(seed, 6)
    counts = np.array([3, 1, 2, 1, 1, 2])
    many = Sample(*(np.repeat(part, counts) for part in (one.scores, one.mapped, one.ratings)))
    for agreement in (weighted_kappa, kendall_tau, accuracy):
        weighted = float(agreement(one, counts[None] / counts.sum())[0])
        assert weighted == pytest.approx(value_of(agreement, many))


def test_a_judge_that_always_says_the_same_agrees_by_nothing() -> None:
    one = Sample(np.full(4, 3.0), np.full(4, 3.0), np.array([1.0, 2.0, 4.0, 5.0]))
    assert (value_of(weighted_kappa, one), value_of(kendall_tau, one)) == (0.0, 0.0)
