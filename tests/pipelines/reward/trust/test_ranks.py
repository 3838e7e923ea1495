"""Rank correlations are scipy's, with ties and without."""

from __future__ import annotations

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from pipelines.reward.trust.ranks import kendall_tau_b, ranks, spearman

TIED = arrays.arrays(float, st.integers(2, 12), elements=st.integers(-3, 3).map(float))


@given(TIED)
def test_ranks_with_ties_are_scipys(values: numpy.ndarray) -> None:
    assert ranks(values).tolist() == stats.rankdata(values).tolist()


@given(TIED, st.randoms(use_true_random=False))
def test_correlations_with_ties_are_scipys(values: numpy.ndarray, random: object) -> None:
    other = values.copy()
    random.shuffle(other)  # type: ignore[attr-defined]
    if numpy.ptp(values) == 0:
        assert numpy.isnan(spearman(values, other)) and numpy.isnan(kendall_tau_b(values, other))
        return
    assert spearman(values, other) == pytest.approx(stats.spearmanr(values, other).statistic, abs=1e-9)
    assert kendall_tau_b(values, other) == pytest.approx(stats.kendalltau(values, other).statistic, abs=1e-9)


def test_one_candidate_has_no_rank_correlation() -> None:
    assert numpy.isnan(spearman(numpy.ones(1), numpy.ones(1))) and numpy.isnan(
        kendall_tau_b(numpy.ones(1), numpy.ones(1))
    )
