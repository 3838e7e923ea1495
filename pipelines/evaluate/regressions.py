"""Prompt regression tests: the share of many answers to one prompt that keep the form, and whether it has changed.

Answers to one prompt are independent draws, so here, and only here, a sample counts: intervals and tests are exact.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.evaluate.figures import DIFFERENCE
from pipelines.statistics.estimate import Figure
from pipelines.statistics.shares import chance_of_difference, clopper_pearson, difference_of_shares

VERSION = re.compile(r"^version (\w+):")


@dataclass(frozen=True)
class Before:
    """What the same test said of the same model when its prompt, its form or its temperature was another."""

    version: str
    hits: int
    trials: int


def form_share(
    metric: str, passed: Sequence[float], version: str, confidence: float, before: Before | None = None
) -> Figure:
    """The share that kept the form, with its exact interval, against the version before."""
    if not passed:
        return Figure(metric, None, note="There is no answer to look at.")
    hits, trials = round(sum(passed)), len(passed)
    low, high = clopper_pearson(hits, trials, confidence)
    figure = Figure(metric, hits / trials, low, high, trials, note=f"version {version}: {hits} of {trials} kept it.")
    if before is None:
        return figure
    less, more = difference_of_shares(hits, trials, before.hits, before.trials, confidence)
    chance = chance_of_difference(hits, trials, before.hits, before.trials)
    return figure.noted(
        f"The version before ({before.version}): {before.hits} of {before.trials}; the difference is "
        f"{hits / trials - before.hits / before.trials:+.3f} [{less:+.3f}, {more:+.3f}], p {chance:.3g}."
    )


def form_difference(metric: str, ours: Sequence[float], theirs: Sequence[float], confidence: float) -> Figure:
    """The share of one model less that of another."""
    if not (ours and theirs):
        return Figure(DIFFERENCE + metric, None, note="One of the models has no answer to look at.")
    hits, trials, other_hits, other_trials = round(sum(ours)), len(ours), round(sum(theirs)), len(theirs)
    low, high = difference_of_shares(hits, trials, other_hits, other_trials, confidence)
    chance = chance_of_difference(hits, trials, other_hits, other_trials)
    value = hits / trials - other_hits / other_trials
    return Figure(DIFFERENCE + metric, value, low, high, trials, note=f"p {chance:.3g} by Fisher's exact test.")


def before_in(row: dict[str, object]) -> Before | None:
    """What a stored row said; None where there was nothing to say."""
    version = VERSION.match(str(row["note"] or ""))
    trials, value = row["prompts"], row["value"]
    if version is None or not isinstance(trials, int) or not isinstance(value, float):
        return None
    return Before(version[1], round(value * trials), trials)
