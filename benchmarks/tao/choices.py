"""What there was to choose among the answers to each prompt, and what was chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean

UNITS = 1e-9


@dataclass(frozen=True)
class Answers:
    """The answers to one prompt: their true values, the score that chooses, and what the reward model says."""

    values: Sequence[float]
    scores: Sequence[float]
    rewards: Sequence[float]


@dataclass(frozen=True)
class Choice:
    """Means over prompts, in units of the metric."""

    prompts: int
    mean: float
    chosen: float
    """Of the answers with the highest scores."""
    best: float
    """Of a perfect choice."""
    right: float
    """Pairs of unlike answers to one prompt that the reward model orders rightly; a tie is half right."""
    pairs: int


def choice_among(prompts: Sequence[Answers]) -> Choice | None:
    """None where there is no prompt."""
    if not prompts:
        return None
    right, pairs = _ordered(prompts)
    return Choice(
        len(prompts),
        fmean(fmean(one.values) for one in prompts),
        fmean(one.values[_first_of_most(one.scores)] for one in prompts),
        fmean(max(one.values) for one in prompts),
        right,
        pairs,
    )


def _first_of_most(scores: Sequence[float]) -> int:
    return max(range(len(scores)), key=lambda place: scores[place])


def _ordered(prompts: Iterable[Answers]) -> tuple[float, int]:
    """The share of pairs that are ordered rightly (a half where there are none), and how many there are."""
    right, pairs = 0.0, 0
    for one in prompts:
        for first, second in combinations(zip(one.values, one.rewards, strict=True), 2):
            apart, said = first[0] - second[0], first[1] - second[1]
            if abs(apart) > UNITS:
                pairs += 1
                right += 0.5 if said == 0 else float((said > 0) == (apart > 0))
    return (right / pairs if pairs else 0.5), pairs
