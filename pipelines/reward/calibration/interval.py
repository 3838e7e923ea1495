"""An interval that is honest with five ratings: wide, and above nothing only if an exact test says so."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Any

from lakehouse.identity import identity
from pipelines.reward.calibration.agreement import AGREEMENTS, Sample, accuracy, hits, value_of
from pipelines.statistics.shares import clopper_pearson

if TYPE_CHECKING:
    from numpy import float64, int64
    from numpy.typing import NDArray

    Numbers = NDArray[float64]
else:
    Numbers = Any

DRAWS = 4000
FEWEST = 4
"""With fewer ratings any agreement is possible, and the interval says so."""
MOST_ENUMERATED, RANDOM_DEALS, ROUNDING = 6, 1999, 1e-9


@dataclass(frozen=True)
class Figure:
    """An agreement and its interval."""

    value: float
    low: float
    high: float


def figure_of(metric: str, sample: Sample, confidence: float, draws: int = DRAWS) -> Figure:
    """The agreement of a sample, with a two-sided interval.

    Accuracy is a share, so its interval is Clopper and Pearson's, which is exact. Kappa and tau have no such thing.
    Their interval is a Bayesian bootstrap (a random weight for each answer) with corrections, without which five
    ratings deceive: a resampled judge that was right five times is right for ever.

    First, the quantiles are taken further out, as Student's distribution is wider than the normal one and as a sample's
    spread is smaller than what it is drawn from (Hesterberg's expanded percentile interval). Second, one more answer is
    added to each draw with a random share of the weight, Beta(1, n): for the lower end one on which judge and people
    agree by nothing, for the upper end one on which they agree wholly. That is what Clopper and Pearson do to a share
    (their ends are quantiles of just these two), carried over to agreements. And the lower end is above nothing only if
    a permutation test, which is exact, finds the order of the judge's ratings to have to do with people's. A test
    simulates how often the truth lies above the lower end, which is what certifies.
    """
    if metric == "accuracy":
        return _share(sample, confidence)
    value = value_of(AGREEMENTS[metric], sample)
    if len(sample) < FEWEST:
        return Figure(value, -1.0, 1.0)
    import numpy

    low, high = _resampled(metric, sample, draws)
    tail = _tail(len(sample), confidence)
    lowest, highest = float(numpy.quantile(low, tail)), float(numpy.quantile(high, 1 - tail))
    if not chance_of_order(sample) <= (1 - confidence) / 2:
        lowest = min(lowest, 0.0)
    return Figure(value, max(-1.0, min(value, lowest)), min(1.0, max(value, highest)))


def chance_of_order(sample: Sample) -> float:
    """How likely ratings that are dealt out at random follow the judge's order as well as these do."""
    import numpy
    from scipy import stats

    judged, rated = stats.rankdata(sample.scores), stats.rankdata(sample.ratings)
    dealt = rated[_deals(len(sample), _seed("order", sample))] @ judged
    return float(numpy.mean(dealt >= rated @ judged - ROUNDING))


def _deals(number: int, seed: int) -> NDArray[int64]:
    """Every order where they are few, else the order as it is and many at random, with which the test stays exact."""
    import numpy

    if number <= MOST_ENUMERATED:
        return numpy.array(list(permutations(range(number))))
    as_it_is = numpy.arange(number)
    rows = numpy.tile(as_it_is, (RANDOM_DEALS, 1))
    return numpy.vstack([as_it_is, numpy.random.default_rng(seed).permuted(rows, axis=1)])


def _resampled(metric: str, sample: Sample, draws: int) -> tuple[Numbers, Numbers]:
    """The agreement in each draw, once with an answer more that disagrees and once with one that agrees."""
    import numpy

    chance = numpy.random.default_rng(_seed(metric, sample))
    weights = chance.gamma(1.0, size=(draws, len(sample)))
    drawn = AGREEMENTS[metric](sample, weights / weights.sum(axis=1, keepdims=True))
    other = chance.beta(1.0, len(sample), size=draws)
    # an answer that agrees by nothing leaves an agreement above nothing its share; one below it stays what it is
    return numpy.minimum(drawn, drawn * (1 - other)), drawn + (1 - drawn) * other


def _tail(number: int, confidence: float) -> float:
    from scipy import stats

    outer = stats.t.ppf((1 + confidence) / 2, number - 1) * (number / (number - 1)) ** 0.5
    return float(stats.norm.cdf(-outer))


def _share(sample: Sample, confidence: float) -> Figure:
    low, high = clopper_pearson(round(float(hits(sample).sum())), len(sample), confidence)
    return Figure(value_of(accuracy, sample), low, high)


def _seed(metric: str, sample: Sample) -> int:
    """Chance is a function of what is measured: the same ratings have the same interval."""
    said = json.dumps([sample.scores.tolist(), sample.mapped.tolist(), sample.ratings.tolist()])
    return int(identity("interval", metric, said), 16)
