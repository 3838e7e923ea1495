"""A figure with its interval: prompts are drawn anew, for answers to one prompt have much in common.

Every figure here is a function of sums over prompts, so that a resample is a matrix product. Which prompts are drawn
is a function of their identities: the same prompts give the same interval, in whatever order, on whatever machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy
from numpy.typing import NDArray

from conf import TrustSettings
from lakehouse.identity import identity
from pipelines.reward.trust.inputs import Floats, Texts, floats
from pipelines.splitmix import STEP, mixed

ALL = "all"
CELLS_AT_ONCE = 4_000_000
Statistic = Callable[[Floats], Floats]
"""From rows of sums to one figure for each row; NaN where there is none."""


@dataclass(frozen=True)
class Figure:
    """One figure of the report; no value means that it could not be measured, and the note says why."""

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


def ratio(sums: Floats) -> Floats:
    """The first sum over the second: a mean, where the second one counts."""
    with numpy.errstate(divide="ignore", invalid="ignore"):
        return numpy.where(sums[:, 1] == 0, numpy.nan, sums[:, 0] / sums[:, 1])


def estimated(
    metric: str,
    prompt_ids: Texts,
    columns: Floats,
    settings: TrustSettings,
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
    low, high = _interval(names, sums, statistic, settings)
    if is_share and low == high and value in (0.0, 1.0):
        low, high = _interval_of_unanimity(value, len(names), settings.confidence)
    few = len(names) < settings.least_prompts
    return replace(figure, low=low, high=high, note=f"Only {len(names)} prompts." if few else None)


def mean_by_prompt(
    metric: str, prompt_ids: Texts, values: Floats, settings: TrustSettings, slice: str = ALL, is_share: bool = False
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


def _interval(
    names: Texts, sums: Floats, statistic: Statistic, settings: TrustSettings
) -> tuple[float | None, float | None]:
    """Over the resamples that have a figure at all, if more than half of them do."""
    drawn = statistic(resampled_sums(names, sums, settings.resamples))
    known = drawn[numpy.isfinite(drawn)]
    if 2 * len(known) <= len(drawn):
        return None, None
    outside = (1 - settings.confidence) / 2
    low, high = numpy.quantile(known, [outside, 1 - outside])
    return float(low), float(high)


def _interval_of_unanimity(value: float, prompts: int, confidence: float) -> tuple[float, float]:
    """Where every prompt says the same, resamples do too; what is left to chance is what a binomial leaves (exact)."""
    reach = ((1 - confidence) / 2) ** (1 / prompts)
    return (reach, 1.0) if value == 1.0 else (0.0, 1 - reach)
