"""Rank correlations, with ties."""

from __future__ import annotations

import numpy

from pipelines.statistics.arrays import Floats, floats


def ranks(values: Floats) -> Floats:
    """Ranks from one; equal values share the mean of theirs."""
    _, place, counts = numpy.unique(floats(values), return_inverse=True, return_counts=True)
    last = numpy.cumsum(counts)
    return floats((last - (counts - 1) / 2)[place])


def spearman(one: Floats, other: Floats) -> float:
    """Spearman's rho; NaN where either is all the same."""
    if len(one) < 2:
        return float("nan")
    return float(correlation(moments(ranks(one), ranks(other)).sum(axis=0, keepdims=True))[0])


def moments(one: Floats, other: Floats) -> Floats:
    """For each pair what a correlation is computed from, as a function of sums; centred, so that no digits are lost."""
    left, right = one - one.mean(), other - other.mean()
    return numpy.column_stack([numpy.ones(len(left)), left, right, left * left, right * right, left * right])


def correlation(sums: Floats) -> Floats:
    """Pearson's correlation from sums of moments; NaN where one side does not vary."""
    count, left, right, left_squares, right_squares, products = sums.T
    with numpy.errstate(divide="ignore", invalid="ignore"):
        spread_left = left_squares - left * left / count
        spread_right = right_squares - right * right / count
        found = (products - left * right / count) / numpy.sqrt(spread_left * spread_right)
    smallest = 1e-9 * numpy.maximum(1.0, left_squares)
    return numpy.where((spread_left > smallest) & (spread_right > smallest), found, numpy.nan)


def kendall_tau_b(one: Floats, other: Floats) -> float:
    """Agreement about which of two is better, over all pairs; NaN where either is all the same."""
    upper = numpy.triu_indices(len(one), k=1)
    left, right = (numpy.sign(values[:, None] - values[None, :])[upper] for values in (floats(one), floats(other)))
    untied = float(numpy.sqrt(numpy.count_nonzero(left) * float(numpy.count_nonzero(right))))
    return float((left * right).sum()) / untied if untied else float("nan")
