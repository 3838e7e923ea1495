"""What held-out pairs say: how often the reward is right, beside length alone, and whether it knows how sure it is.

Pairs that their rater called a tie are left out of all of this. A pair that the reward model scores the same counts as
half right, and so does a pair of equal length for the baselines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy

from conf import TrustSettings
from pipelines.reward.trust.inputs import Pairs
from pipelines.statistics.arrays import Floats, Texts, floats
from pipelines.statistics.estimate import ALL, Figure, estimated


@dataclass(frozen=True)
class Bin:
    """Pairs of which the reward model is about equally sure: how sure, and how often it is right."""

    confidence: float
    accuracy: Figure
    pairs: int


@dataclass(frozen=True)
class Judged:
    """Pairs with a better answer, and for each whether the reward, and length, choose it: 0, 0.5 or 1."""

    prompt_id: Texts
    workload: Texts
    margin: Floats
    right: Floats
    longer: Floats


def judged(pairs: Pairs, settings: TrustSettings) -> Judged:
    """The pairs that are no ties."""
    clear = ~numpy.asarray(pairs.tie, dtype=bool)
    margin = (floats(pairs.chosen_score) - floats(pairs.rejected_score))[clear]
    longer_by = (floats(pairs.chosen_length) - floats(pairs.rejected_length))[clear]
    prompt_id, workload = numpy.asarray(pairs.prompt_id)[clear], numpy.asarray(pairs.workload)[clear]
    return Judged(prompt_id, workload, margin, _hits(margin, settings.tie_width), _hits(longer_by, 0.0))


def accuracy_figures(pairs: Judged, settings: TrustSettings) -> list[Figure]:
    """Accuracy and its baselines on the same pairs, over all and by workload."""
    found = _accuracies(pairs, settings, ALL)
    workloads = numpy.unique(pairs.workload)
    if len(workloads) > 1:
        for workload in workloads:
            found += _accuracies(_only(pairs, pairs.workload == workload), settings, str(workload))
    return found


def _accuracies(pairs: Judged, settings: TrustSettings, slice: str) -> list[Figure]:
    """Better than length means: than choosing the longer or the shorter, whichever does better on these pairs."""
    longer_wins = not len(pairs.longer) or pairs.longer.mean() >= 0.5
    by_length = pairs.longer if longer_wins else 1 - pairs.longer
    shares = {"pair_accuracy": pairs.right, "pick_longer_accuracy": pairs.longer}
    differences = {"above_pick_longer": pairs.right - pairs.longer, "above_length": pairs.right - by_length}
    found = [_mean(name, pairs, values, settings, slice, True) for name, values in shares.items()]
    found += [_mean(name, pairs, values, settings, slice, False) for name, values in differences.items()]
    return [*found[:-1], found[-1].noted(f"Against picking the {'longer' if longer_wins else 'shorter'}.")]


def _mean(metric: str, pairs: Judged, values: Floats, settings: TrustSettings, slice: str, is_share: bool) -> Figure:
    columns = numpy.column_stack([values, numpy.ones(len(values))])
    return estimated(metric, pairs.prompt_id, columns, settings, slice=slice, is_share=is_share)


def calibration(pairs: Judged, settings: TrustSettings) -> tuple[Figure, tuple[Bin, ...]]:
    """Expected calibration error, and the curve: a margin says by its logistic how sure the reward model is.

    Sure is between a half and one, whichever answer it prefers; so the curve has one half, the other being its mirror.
    """
    sure = 1 / (1 + numpy.exp(-numpy.abs(pairs.margin)))
    place = numpy.minimum(((sure - 0.5) * 2 * settings.bins).astype(int), settings.bins - 1)
    member = (place[:, None] == numpy.arange(settings.bins)).astype(float)
    columns = numpy.hstack([member * pairs.right[:, None], member * sure[:, None], member])
    error = estimated("calibration_error", pairs.prompt_id, columns, settings, _calibration_error)
    return error, tuple(
        _bin(pairs, sure, place == number, number, settings)
        for number in range(settings.bins)
        if member[:, number].any()
    )


def _calibration_error(sums: Floats) -> Floats:
    right, sure, counts = numpy.split(sums, 3, axis=1)
    with numpy.errstate(invalid="ignore"):
        return floats(numpy.abs(right - sure).sum(axis=1) / counts.sum(axis=1))


def _bin(pairs: Judged, sure: Floats, inside: Floats, number: int, settings: TrustSettings) -> Bin:
    name = f"{0.5 + number / settings.bins / 2:.2f} to {0.5 + (number + 1) / settings.bins / 2:.2f}"
    accuracy = _mean("accuracy_when_so_sure", _only(pairs, inside), pairs.right[inside], settings, name, True)
    return Bin(float(numpy.sort(sure[inside]).mean()), accuracy, int(inside.sum()))


def _only(pairs: Judged, inside: Floats) -> Judged:
    return Judged(*(values[inside] for values in vars(pairs).values()))


def _hits(differences: Floats, width: float) -> Floats:
    return floats(numpy.where(numpy.abs(differences) <= width, 0.5, differences > 0))
