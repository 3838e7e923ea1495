"""Drift: whether scores of answers to new prompts still look like those of the answers that were learnt from."""

from __future__ import annotations

from functools import partial

import numpy

from conf import TrustSettings
from pipelines.statistics.arrays import Floats, Texts, floats
from pipelines.statistics.estimate import Figure, estimated

BINS = 10
GRID = 100


def drift_figures(prompt_ids: Texts, scores: Floats, reference: Floats, settings: TrustSettings) -> list[Figure]:
    """Population stability index over tenths of the reference, and the Kolmogorov-Smirnov distance.

    The reference is taken as it is: the intervals are about the new prompts. Both figures are above zero by chance.
    """
    new, old = floats(scores), numpy.sort(floats(reference))
    if not len(new) or not len(old):
        missing = "candidates" if not len(new) else "training pairs"
        note = f"There are no scores of {missing}."
        return [Figure(name, None, note=note) for name in ("drift_stability_index", "drift_distance")]
    edges = numpy.unique(numpy.quantile(old, numpy.arange(1, BINS) / BINS))
    members = (numpy.searchsorted(edges, new, side="right")[:, None] == numpy.arange(len(edges) + 1)).astype(float)
    expected = numpy.bincount(numpy.searchsorted(edges, old, side="right"), minlength=len(edges) + 1)
    index = partial(stability_index, expected=expected.astype(float))
    return [
        estimated("drift_stability_index", prompt_ids, members, settings, index),
        _distance_figure(prompt_ids, new, old, settings),
    ]


def stability_index(counts: Floats, expected: Floats) -> Floats:
    """The sum over bins of the difference in share times that of its logarithm; half a count more fills empty bins."""
    ours, theirs = _shares(counts), _shares(expected[None, :])
    return floats(((ours - theirs) * numpy.log(ours / theirs)).sum(axis=1))


def _distance_figure(prompt_ids: Texts, new: Floats, old: Floats, settings: TrustSettings) -> Figure:
    """How far the cumulative shares lie apart at most; resamples look at quantiles, and at the point of the largest."""
    points = numpy.concatenate([new, old])
    gaps = numpy.abs(_below(new, points) - _below(old, points))
    grid = numpy.unique([*numpy.quantile(points, numpy.linspace(0, 1, GRID)), points[gaps.argmax()]])
    columns = numpy.hstack([(new[:, None] <= grid).astype(float), numpy.ones((len(new), 1))])
    theirs = _below(old, grid)

    def largest_gap(sums: Floats) -> Floats:
        return floats(numpy.abs(sums[:, :-1] / sums[:, -1:] - theirs).max(axis=1))

    return estimated("drift_distance", prompt_ids, columns, settings, largest_gap)


def _below(scores: Floats, points: Floats) -> Floats:
    return floats(numpy.searchsorted(numpy.sort(scores), points, side="right") / len(scores))


def _shares(counts: Floats) -> Floats:
    filled = counts + 0.5
    return floats(filled / filled.sum(axis=1, keepdims=True))
