"""A figure with its interval: prompts are drawn anew, for answers to one prompt have much in common.

Every figure here is a function of sums over prompts, so that a resample is a matrix product. Which prompts are drawn
is a function of their identities: the same prompts give the same interval, in whatever order, on whatever machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import numpy
from numpy.typing import NDArray

from lakehouse.identity import identity
from pipelines.splitmix import STEP, mixed
from pipelines.statistics.arrays import Floats, Texts, floats
from pipelines.statistics.shares import clopper_pearson

ALL = "all"
CELLS_AT_ONCE = 4_000_000
Statistic = Callable[[Floats], Floats]
"""From rows of sums to one figure for each row; NaN where there is none."""


class Resampling(Protocol):
    """What an interval needs to be told; the settings of every report have it."""

    @property
    def confidence(self) -> float:
        """The share of intervals that hold the true figure."""
        ...

    @property
    def resamples(self) -> int:
        """How often prompts are drawn anew."""
        ...

    @property
    def least_prompts(self) -> int:
        """Fewer prompts than these are said to be few."""
        ...


@dataclass(frozen=True)
class Figure:
    """One figure; no value means that it could not be measured, and the note says why."""

    metric: str
    value: float | None
    low: float | None = None
    high: float | None = None
    prompts: int = 0
    slice: str = ALL
    note: str | None = None

    def noted(self, note: str | None) -> Figure:
        """The same with something more that a reader must know."""
        return replace(self, note=" ".join(filter(None, (self.note, note))) or None)


def said(figure: Figure) -> str:
    """A figure in words: its value and interval."""
    if figure.value is None:
        return "(not measured)"
    if figure.low is None or figure.high is None:
        return f"{figure.value:.3f}"
    return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"


def ratio(sums: Floats) -> Floats:
    """The first sum over the second: a mean, where the second one counts."""
    with numpy.errstate(divide="ignore", invalid="ignore"):
        return numpy.where(sums[:, 1] == 0, numpy.nan, sums[:, 0] / sums[:, 1])


def estimated(
    metric: str,
    prompt_ids: Texts,
    columns: Floats,
    settings: Resampling,
    statistic: Statistic = ratio,
    slice: str = ALL,
    is_share: bool = False,
) -> Figure:
    """A statistic of sums over the rows of `columns`, and the interval that comes of drawing prompts anew."""
    names, sums = sums_by_prompt(prompt_ids, columns)
    value = float(statistic(sums.sum(axis=0, keepdims=True))[0]) if len(names) else numpy.nan
    if not numpy.isfinite(value):
        return Figure(metric, None, prompts=len(names), slice=slice, note="There is nothing to measure it on.")
    figure = Figure(metric, value, prompts=len(names), slice=slice)
    if len(names) == 1:
        return figure.noted("One prompt gives no interval.")
    drawn = statistic(resampled_sums(names, sums, settings.resamples))
    low, high = interval_of(drawn, len(names), settings.confidence)
    if is_share and low == high and value in (0.0, 1.0):  # resamples agree too: what is left is what a binomial leaves
        low, high = clopper_pearson(round(value * len(names)), len(names), settings.confidence)
    few = len(names) < settings.least_prompts
    return replace(figure, low=low, high=high, note=f"Only {len(names)} prompts." if few else None)


def mean_by_prompt(
    metric: str, prompt_ids: Texts, values: Floats, settings: Resampling, slice: str = ALL, is_share: bool = False
) -> Figure:
    """The mean of one value for each prompt; prompts whose value is NaN are left out and counted."""
    known = numpy.isfinite(values)
    columns = numpy.column_stack([values[known], numpy.ones(int(known.sum()))])
    figure = estimated(metric, prompt_ids[known], columns, settings, slice=slice, is_share=is_share)
    left_out = int((~known).sum())
    return figure.noted(f"Not defined for {left_out} more prompts." if left_out else None)


def sums_by_prompt(prompt_ids: Texts, columns: Floats) -> tuple[Texts, Floats]:
    """Distinct prompts in order, and the sums of each column over their rows."""
    names, place = numpy.unique(numpy.asarray(prompt_ids), return_inverse=True)
    sums = numpy.zeros((len(names), columns.shape[1]))
    numpy.add.at(sums, place, floats(columns))
    return names, sums


def resampled_sums(names: Texts, sums: Floats, resamples: int) -> Floats:
    """The column sums of each resample: as many prompts as there are, drawn with replacement."""
    return numpy.concatenate([counts @ sums for counts in _drawn_counts(names, resamples)])


def _drawn_counts(names: Texts, resamples: int) -> Iterator[NDArray[numpy.float64]]:
    """How often each prompt is drawn in each resample, a few resamples at a time."""
    prompts, seed = len(names), int(identity("resample", *map(str, names))[:16], 16)
    at_once = max(1, CELLS_AT_ONCE // prompts)
    for start in range(0, resamples, at_once):
        rows = min(at_once, resamples - start)
        places = numpy.arange(start * prompts, (start + rows) * prompts, dtype=numpy.uint64)
        random = mixed(places * numpy.uint64(STEP) + numpy.uint64(seed)) >> numpy.uint64(32)
        drawn = (random * numpy.uint64(prompts)) >> numpy.uint64(32)
        row_of = numpy.repeat(numpy.arange(rows), prompts)
        cells = row_of * prompts + drawn.astype(numpy.int64)
        yield numpy.bincount(cells, minlength=rows * prompts).reshape(rows, prompts).astype(float)


def interval_of(drawn: Floats, prompts: int, confidence: float) -> tuple[float | None, float | None]:
    """The middle part of the resamples that have a figure at all, if more than half of them do.

    The ends are taken a little further out, as Student's distribution is wider than the normal one and as a sample
    spreads less than what it was drawn from (Hesterberg's expanded percentiles): else few prompts look like certainty.
    """
    known = drawn[numpy.isfinite(drawn)]
    if 2 * len(known) <= len(drawn):
        return None, None
    outside = _outside(prompts, confidence)
    low, high = numpy.quantile(known, [outside, 1 - outside])
    return float(low), float(high)


def _outside(prompts: int, confidence: float) -> float:
    """The share of resamples beyond each end."""
    from scipy import stats

    reach = stats.t.ppf((1 + confidence) / 2, prompts - 1) * (prompts / (prompts - 1)) ** 0.5
    return float(stats.norm.cdf(-reach))
