"""Tests whose truth is known: how often a challenger that changes nothing is called better or worse, and how soon one
that does is found.

Every person is dealt by the same hash, counted by the same rules and judged by the same bets as in a test of people. A
z-test that is looked at as often stands beside it, to show what peeking does to a test that was made for one look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy
from pydantic import SecretStr

from conf import AbSettings
from lakehouse.identity import identity
from pipelines.release.ab.assignment import CHALLENGER, arm_of
from pipelines.release.ab.ratio import ratio_of
from pipelines.release.ab.sequences import Flags, Floats, first_refuted, guesses_of

LIKENESS = 8.0
"""How alike people are: their own means are drawn from a beta distribution of this weight around the arm's mean."""
FURTHER_OUTCOMES = 1.0
"""How many outcomes a person has on average, beyond the first."""
KEY = SecretStr("lakewheel ab simulate")


@dataclass(frozen=True)
class World:
    """What is true in the simulated tests; outcomes lie between 0 and 1, and higher ones are better."""

    base: float
    """The champion's mean."""
    people: int
    batch: int
    """After so many more people somebody looks."""
    repeats: int
    is_continuous: bool
    seed: int


@dataclass(frozen=True)
class Simulated:
    """What came of many tests with one true effect."""

    effect: float
    repeats: int
    better: float
    """The share of tests in which the challenger was called better at some look."""
    worse: float
    mean_people: float | None
    """People until the first conclusion, on average over the tests that reached one."""
    naive: float
    """The share in which a z-test at each of the same looks would have found a difference."""
    mismatched: float
    """The share that was called invalid, though people were dealt rightly."""


@dataclass(frozen=True)
class _Ended:
    people: int | None
    is_better: bool
    naive: bool
    is_mismatch: bool


def simulate(world: World, effects: Sequence[float], settings: AbSettings) -> list[Simulated]:
    """Each effect in a world of its own, test by test; the same seed gives the same tests."""
    _check(world, effects)
    return [_simulated(world, effect, settings) for effect in effects]


class ImpossibleWorld(ValueError):
    """No outcomes between 0 and 1 have such means."""


def _check(world: World, effects: Sequence[float]) -> None:
    wrong = [effect for effect in (0.0, *effects) if not 0 < world.base + effect < 1]
    if wrong:
        raise ImpossibleWorld(
            f"expected means between 0 and 1, and the base {world.base:g} with an effect of {wrong[0]:g} is "
            f"{world.base + wrong[0]:g}. Choose another --base or --effect."
        )


def _simulated(world: World, effect: float, settings: AbSettings) -> Simulated:
    tests = [_one_test(world, effect, settings, repeat) for repeat in range(world.repeats)]
    ended = [test.people for test in tests if test.people is not None]
    return Simulated(
        effect,
        world.repeats,
        sum(test.people is not None and test.is_better for test in tests) / world.repeats,
        sum(test.people is not None and not test.is_better for test in tests) / world.repeats,
        sum(ended) / len(ended) if ended else None,
        sum(test.naive for test in tests) / world.repeats,
        sum(test.is_mismatch for test in tests) / world.repeats,
    )


def _one_test(world: World, effect: float, settings: AbSettings, repeat: int) -> _Ended:
    is_challenger = dealt(world, settings.share, repeat)
    values = outcomes(world, is_challenger, effect, repeat)
    looks = _looks(is_challenger, world.batch, settings.least_subjects)
    found = _first_look(is_challenger, values, settings, looks)
    return _Ended(
        *found,
        _naive(is_challenger, values, looks, 1 - settings.confidence),
        ratio_of(is_challenger, settings.share, settings.ratio_confidence).is_mismatch,
    )


def dealt(world: World, share: float, repeat: int) -> Flags:
    """Everybody's arm, in order."""
    name = f"simulated-{world.seed}-{repeat}"
    arms = [arm_of(identity(name, person), name, share, KEY) for person in range(world.people)]
    return numpy.array([arm == CHALLENGER for arm in arms], dtype=bool)


def outcomes(world: World, is_challenger: Flags, effect: float, repeat: int) -> Floats:
    """The mean of each person's outcomes, which are alike, for they are one person's."""
    random = numpy.random.default_rng([world.seed, repeat])
    means = world.base + effect * is_challenger
    own = random.beta(LIKENESS * means, LIKENESS * (1 - means))
    counts = 1 + random.poisson(FURTHER_OUTCOMES, world.people)
    if not world.is_continuous:
        return random.binomial(counts, own) / counts
    everybody = numpy.repeat(numpy.clip(own, 1e-9, 1 - 1e-9), counts)
    drawn = random.beta(LIKENESS * everybody, LIKENESS * (1 - everybody))
    starts = numpy.cumsum(counts) - counts
    return numpy.asarray(numpy.add.reduceat(drawn, starts) / counts, dtype=numpy.float64)


def _looks(is_challenger: Flags, batch: int, least_subjects: int) -> list[int]:
    """The numbers of people at which somebody looks and there are enough in both arms."""
    challengers = numpy.cumsum(is_challenger)
    ends = sorted({*range(batch, len(is_challenger) + 1, batch), len(is_challenger)})
    return [end for end in ends if min(challengers[end - 1], end - challengers[end - 1]) >= least_subjects]


def _first_look(
    is_challenger: Flags, values: Floats, settings: AbSettings, looks: Sequence[int]
) -> tuple[int | None, bool]:
    """After how many people the interval first leaves zero out, as somebody who looks sees it, and on which side."""
    guesses, alpha = guesses_of(is_challenger, values, settings.share), (1 - settings.confidence) / 2
    above, below = first_refuted(guesses, alpha), first_refuted(guesses.mirrored(), alpha)
    is_better = above is not None and (below is None or above < below)
    first = above if is_better else below
    seen = [look for look in looks if first is not None and look >= first]
    return (seen[0], is_better) if seen else (None, False)


def _naive(is_challenger: Flags, values: Floats, looks: Sequence[int], alpha: float) -> bool:
    """Whether a z-test of the difference would have found one at any look."""
    arms = [_running(is_challenger, values), _running(~is_challenger, values)]
    at = numpy.array(looks, dtype=int) - 1
    if not len(at):
        return False
    (mean_1, error_1), (mean_0, error_0) = [(mean[at], error[at]) for mean, error in arms]
    with numpy.errstate(divide="ignore", invalid="ignore"):
        scores = numpy.abs(mean_1 - mean_0) / numpy.sqrt(error_1 + error_0)
    return bool((scores > NormalDist().inv_cdf(1 - alpha / 2)).any())


def _running(is_there: Flags, values: Floats) -> tuple[Floats, Floats]:
    """An arm's mean after each person, and the square of its standard error."""
    counts = numpy.maximum(numpy.cumsum(is_there), 1)
    means = numpy.cumsum(values * is_there) / counts
    squares = numpy.cumsum(values**2 * is_there) / counts
    return means, (squares - means**2) / counts
