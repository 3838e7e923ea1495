"""Figures from the values of prompts: how good a model is, and how it compares, with what can and cannot be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite

import numpy

from conf import EvaluateSettings
from pipelines.statistics.arrays import floats
from pipelines.statistics.estimate import ALL, Figure, mean_by_prompt
from pipelines.statistics.many import holm
from pipelines.statistics.paired import (
    Paired,
    chance_of_difference,
    chance_of_wins,
    mean_difference,
    part_of,
    spread_of_differences,
    spread_of_wins,
    win_rate,
    win_rate_at_equal_length,
)
from pipelines.statistics.power import least_detectable

LATENCY, TOKENS, COST, BITS = "latency_seconds", "tokens_per_answer", "cost_per_thousand", "gold:bits_per_byte"
LESS_IS_BETTER = frozenset({LATENCY, TOKENS, COST, BITS})
SHARES = ("rule:", "judge:", "gold:token_f1", "gold:exact_match", "forgetting:")
JUDGED = ("reward", "judge:")
DIFFERENCE, WINS, FAIR_WINS = "difference:", "win_rate:", "win_rate_at_equal_length:"
TOO_FEW = "not enough prompts to tell"


@dataclass(frozen=True)
class Measured:
    """One model's answers, and what every scorer says of each; NaN where it says nothing."""

    policy_id: str
    name: str
    answers: Mapping[str, str]
    values: Mapping[str, Mapping[str, float]]
    """For each metric, a value for each prompt."""
    trials: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """For each regression test, 1 for every answer that kept the form and 0 for the others."""
    preferences: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    """For each judge of pairs and each rival, 1, a half or 0 for each prompt; NaN where the judge abstained."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """For each metric that could not be measured, why."""


def level_figures(measured: Measured, workloads: Mapping[str, str], settings: EvaluateSettings) -> list[Figure]:
    """How good one model is by every metric, over all prompts and by workload."""
    found = []
    for metric, values in measured.values.items():
        names = numpy.array(sorted(values), dtype=str)
        numbers = floats([values[name] for name in names])
        is_share = bool(set(numbers[numpy.isfinite(numbers)]) <= {0.0, 1.0})
        for slice, kept in _slices(names, workloads):
            found.append(mean_by_prompt(metric, names[kept], numbers[kept], settings, slice, is_share))
    return found + [Figure(metric, None, note=why) for metric, why in measured.reasons.items()]


def comparison_figures(
    ours: Measured, theirs: Measured, workloads: Mapping[str, str], settings: EvaluateSettings
) -> list[Figure]:
    """The mean difference and the win rate by every metric that both have, over all prompts and by workload."""
    found: list[Figure] = []
    for metric in ours.values:
        paired = paired_values(ours, theirs, metric)
        found += _compared(DIFFERENCE + metric, paired, workloads, settings, _difference)
        if metric not in LESS_IS_BETTER:
            found += _compared(WINS + metric, paired, workloads, settings, _wins)
        if metric.startswith(JUDGED) and len(paired.prompt_id):
            lengths = _lengths(paired, ours, theirs)
            found.append(win_rate_at_equal_length(FAIR_WINS + metric, paired, lengths, settings))
    for metric, against in ours.preferences.items():
        paired = _paired_preferences(against.get(theirs.policy_id, {}))
        found += _compared(WINS + metric, paired, workloads, settings, _wins)
        if len(paired.prompt_id):
            lengths = _lengths(paired, ours, theirs)
            found.append(win_rate_at_equal_length(FAIR_WINS + metric, paired, lengths, settings))
    return found + [
        Figure(kind + metric, None, note=why)
        for metric, why in ours.reasons.items()
        for kind in (DIFFERENCE, WINS)
        if kind == DIFFERENCE or metric not in LESS_IS_BETTER
    ]


def paired_values(ours: Measured, theirs: Measured, metric: str) -> Paired:
    """The prompts that both have a value for; equal answers are equally good, whatever rounding says."""
    own, other = ours.values[metric], theirs.values.get(metric, {})
    names = sorted(name for name in own if name in other and isfinite(own[name]) and isfinite(other[name]))
    same = set() if metric in LESS_IS_BETTER else {n for n in names if ours.answers.get(n) == theirs.answers.get(n)}
    return Paired(
        numpy.array(names, dtype=str),
        floats([own[name] for name in names]),
        floats([own[name] if name in same else other[name] for name in names]),
    )


def _paired_preferences(told: Mapping[str, float]) -> Paired:
    """What a judge of pairs prefers, as if one model had that much and the other nothing."""
    names = sorted(name for name, value in told.items() if isfinite(value))
    values = floats([2 * told[name] - 1 for name in names])
    return Paired(numpy.array(names, dtype=str), values, numpy.zeros(len(names)))


def is_too_few(figure: Figure) -> bool:
    """Whether the suite was too small for this figure from the start."""
    return bool(figure.note and figure.note.startswith(TOO_FEW))


def _difference(metric: str, paired: Paired, settings: EvaluateSettings, slice: str) -> tuple[Figure, float, float]:
    """The figure, how likely chance does that, and the smallest difference that so many prompts can show."""
    figure = mean_difference(metric, paired, settings, slice)
    spread = spread_of_differences(paired)
    return figure, chance_of_difference(paired), _detectable(paired, spread, settings)


def _wins(metric: str, paired: Paired, settings: EvaluateSettings, slice: str) -> tuple[Figure, float, float]:
    figure = win_rate(metric, paired, settings, slice)
    return figure, chance_of_wins(paired), _detectable(paired, spread_of_wins(paired), settings)


Compare = Callable[[str, Paired, EvaluateSettings, str], tuple[Figure, float, float]]


def _compared(
    metric: str, paired: Paired, workloads: Mapping[str, str], settings: EvaluateSettings, compare: Compare
) -> list[Figure]:
    """Over all prompts first; the chances of the workloads are adjusted for their number."""
    if not len(paired.prompt_id):
        return [Figure(metric, None, note="There is no prompt that both models have a value for.")]
    parts = [(slice, part_of(paired, kept)) for slice, kept in _slices(paired.prompt_id, workloads)]
    told = [(part, *compare(metric, part, settings, slice)) for slice, part in parts]
    adjusted = [told[0][2], *holm([chance for _, _, chance, _ in told[1:]])]
    return [
        _noted(figure, part, metric, chance, detectable, settings, len(told) - 1)
        for (part, figure, _, detectable), chance in zip(told, adjusted, strict=True)
    ]


def _noted(
    figure: Figure,
    part: Paired,
    metric: str,
    chance: float,
    detectable: float,
    settings: EvaluateSettings,
    workloads: int,
) -> Figure:
    matters = settings.least_effect * _unit(metric, part)
    prompts = len(part.prompt_id)
    few = "" if detectable <= matters else f"{TOO_FEW}: {_can_show(prompts, detectable)}"
    over = f" after Holm over {workloads} workloads" if figure.slice != ALL else ""
    return replace(figure, note=None).noted(few or None).noted(f"p {chance:.3g}{over}.").noted(figure.note)


def _can_show(prompts: int, detectable: float) -> str:
    if not isfinite(detectable):
        return f"{prompts} prompts can show no difference."
    return f"{prompts} prompts can show a difference of {detectable:.3g}."


def _unit(metric: str, part: Paired) -> float:
    """Shares are what they are; rewards, seconds and tokens are counted in the rival's standard deviations."""
    kind = metric.partition(":")[2]
    if metric.startswith(WINS) or kind.startswith(SHARES):
        return 1.0
    return float(numpy.std(part.theirs, ddof=1)) if len(part.theirs) > 1 else 1.0


def _detectable(paired: Paired, spread: float, settings: EvaluateSettings) -> float:
    return least_detectable(len(paired.prompt_id), spread, settings.confidence, settings.power)


def _lengths(paired: Paired, ours: Measured, theirs: Measured) -> Paired:
    names = [str(name) for name in paired.prompt_id]
    own, other = ([len(one.answers[name]) for name in names] for one in (ours, theirs))
    return Paired(paired.prompt_id, floats(own), floats(other))


def _slices(names: numpy.ndarray, workloads: Mapping[str, str]) -> list[tuple[str, numpy.ndarray]]:
    """All prompts, and each workload if there are several; general questions have none."""
    own = numpy.array([workloads.get(str(name), "") for name in names], dtype=str)
    there = sorted({one for one in own if one})
    everything = [(ALL, numpy.ones(len(names), dtype=bool))]
    return everything + [(one, own == one) for one in there if len(there) > 1]
