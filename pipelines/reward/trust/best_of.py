"""Best of N: what is to be gained by choosing among more candidates, as the reward sees it and in truth.

For each prompt the mean over all ways of taking N of its candidates is computed exactly, not drawn. Every point of a
curve is about the same prompts, those with as many candidates as its last point needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy

from conf import TrustSettings
from pipelines.reward.trust.candidates import Group, groups_of
from pipelines.reward.trust.inputs import Candidates
from pipelines.statistics.arrays import Floats, Texts, floats
from pipelines.statistics.estimate import ALL, Figure, estimated, mean_by_prompt


@dataclass(frozen=True)
class Curves:
    """For each prompt (rows) and size (columns) the expected reward of the best, and in truth: chosen, and best."""

    sizes: tuple[int, ...]
    prompt_id: Texts
    workload: Texts
    reward: Floats
    chosen: Floats
    """The true value of the candidate with the highest reward; NaN where no gold answer is known."""
    oracle: Floats
    """The true value of the truly best candidate."""


def curves_of(candidates: Candidates, settings: TrustSettings) -> Curves | None:
    """The curves of every prompt with enough candidates; None where no prompt has two."""
    names, groups = groups_of(candidates)
    sizes = _sizes([len(group) for group in groups], settings.most_candidates)
    if not sizes:
        return None
    enough = [place for place, group in enumerate(groups) if len(group) >= sizes[-1]]
    kept = [groups[place] for place in enough]
    score, gold = floats(candidates.score), floats(candidates.gold_value)
    workloads = numpy.asarray(candidates.workload)
    return Curves(
        sizes,
        names[enough],
        numpy.array([workloads[group[0]] for group in kept]),
        _expected(sizes, kept, score, score),
        _expected(sizes, kept, score, gold),
        _expected(sizes, kept, gold, gold),
    )


def expected_at_best(chosen_by: Floats, value: Floats, size: int) -> float:
    """The mean value of whichever of `size` candidates is highest, over all ways to take so many of them.

    The one in place k from below (of K) is the highest of comb(k - 1, size - 1) takings; candidates that are chosen by
    the same number share their places.
    """
    order = numpy.argsort(chosen_by, kind="stable")
    takings = comb(len(order), size)
    weight = floats([comb(place, size - 1) / takings for place in range(len(order))])
    _, tied = numpy.unique(chosen_by[order], return_inverse=True)
    shared = numpy.bincount(tied, weights=weight) / numpy.bincount(tied)
    return float((shared[tied] * value[order]).sum())


def curve_figures(curves: Curves, settings: TrustSettings) -> list[Figure]:
    """The points of the curves; those in truth only over prompts with a gold answer."""
    known = numpy.isfinite(curves.chosen[:, 0])
    found = []
    for place, size in enumerate(curves.sizes):
        points = {"reward": curves.reward, "truth": curves.chosen, "oracle": curves.oracle}
        for name, values in points.items():
            if name == "reward" or known.any():
                found.append(mean_by_prompt(f"best_of_{size}_{name}", curves.prompt_id, values[:, place], settings))
    return found


def gain_figures(curves: Curves, settings: TrustSettings) -> list[Figure]:
    """What choosing gains: the headroom by the reward's own word, the true gain, and its share of the oracle's."""
    headroom = mean_by_prompt("headroom", curves.prompt_id, curves.reward[:, -1] - curves.reward[:, 0], settings)
    found = [headroom.noted(f"Best of {curves.sizes[-1]} over a mean candidate.")]
    known = numpy.isfinite(curves.chosen[:, 0])
    if not known.any():
        return found
    found += _true_gains(curves, known, settings, ALL)
    workloads = numpy.unique(curves.workload[known])
    for workload in workloads if len(workloads) > 1 else ():
        found += _true_gains(curves, known & (curves.workload == workload), settings, str(workload))
    return found


def _true_gains(curves: Curves, kept: Floats, settings: TrustSettings, slice: str) -> list[Figure]:
    names = curves.prompt_id[kept]
    gain, possible = ((values[:, -1] - values[:, 0])[kept] for values in (curves.chosen, curves.oracle))
    share = estimated("oracle_share", names, numpy.column_stack([gain, possible]), settings, _share, slice)
    return [
        mean_by_prompt("true_gain", names, gain, settings, slice),
        mean_by_prompt("oracle_gain", names, possible, settings, slice),
        share,
    ]


def _share(sums: Floats) -> Floats:
    """The gain over the possible one; none where nothing was possible but for rounding."""
    with numpy.errstate(divide="ignore", invalid="ignore"):
        return floats(numpy.where(sums[:, 1] > 1e-9, sums[:, 0] / sums[:, 1], numpy.nan))


def _sizes(counts: list[int], most: int) -> tuple[int, ...]:
    """Powers of two, as far as half of the prompts with two candidates or more have so many."""
    several = sorted(count for count in counts if count > 1)
    if not several or most < 2:
        return ()
    reached = min(several[len(several) // 2], most)
    return tuple(2**power for power in range(reached.bit_length()))


def _expected(sizes: tuple[int, ...], groups: list[Group], chosen_by: Floats, value: Floats) -> Floats:
    return floats([[expected_at_best(chosen_by[group], value[group], size) for size in sizes] for group in groups])
