"""What scores of candidates say by themselves: whether they follow length, tie, drift, or part from other scorers."""

from __future__ import annotations

from collections.abc import Callable

import numpy
from numpy.typing import NDArray

from conf import TrustSettings
from pipelines.reward.trust.inputs import Candidates
from pipelines.reward.trust.ranks import correlation, kendall_tau_b, moments, ranks, spearman
from pipelines.statistics.arrays import Floats, Texts, floats
from pipelines.statistics.estimate import Figure, estimated, mean_by_prompt

Group = NDArray[numpy.int64]


def groups_of(candidates: Candidates) -> tuple[Texts, list[Group]]:
    """Distinct prompts in order, and where the candidates of each stand."""
    names, place = numpy.unique(numpy.asarray(candidates.prompt_id), return_inverse=True)
    order = numpy.argsort(place, kind="stable")
    return names, numpy.split(order, numpy.cumsum(numpy.bincount(place, minlength=len(names)))[:-1]) if len(
        names
    ) else []


def length_figures(candidates: Candidates, settings: TrustSettings) -> list[Figure]:
    """Rank correlation of reward and length over all candidates, and the mean of it within prompts.

    The interval of the first keeps the ranks that the candidates have among all of them.
    """
    score, length = floats(candidates.score), floats(candidates.length)
    columns = moments(ranks(score), ranks(length)) if len(score) else numpy.empty((0, 6))
    overall = estimated("length_correlation", candidates.prompt_id, columns, settings, correlation)
    names, groups = groups_of(candidates)
    return [overall, _within("length_correlation_within_prompt", names, groups, score, length, spearman, settings)]


def tied_figure(candidates: Candidates, settings: TrustSettings) -> Figure:
    """The share of prompts, of those with two candidates or more, whose candidates all score the same."""
    names, groups = groups_of(candidates)
    score, several = floats(candidates.score), [len(group) > 1 for group in groups]
    spreads = [float(numpy.ptp(score[group])) for group in groups]
    tied = floats([spread <= settings.tie_width for spread, kept in zip(spreads, several, strict=True) if kept])
    return mean_by_prompt("tied_prompts", names[floats(several).astype(bool)], tied, settings, is_share=True)


def agreement_figures(candidates: Candidates, settings: TrustSettings) -> list[Figure]:
    """For each judge and rule the mean within prompts of Kendall's tau-b with the reward."""
    names, groups = groups_of(candidates)
    score = floats(candidates.score)
    found = []
    for other, said in sorted(candidates.others.items()):
        values = floats(said)
        spoken = [group[numpy.isfinite(values[group])] for group in groups]
        found.append(_within("agreement", names, spoken, score, values, kendall_tau_b, settings, other))
    return found


def _within(
    metric: str,
    names: Texts,
    groups: list[Group],
    one: Floats,
    other: Floats,
    measure: Callable[[Floats, Floats], float],
    settings: TrustSettings,
    slice: str = "all",
) -> Figure:
    values = floats([measure(one[group], other[group]) for group in groups])
    return mean_by_prompt(metric, names, values, settings, slice=slice)
