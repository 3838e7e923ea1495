"""Intervals hold at every look: proven by going through every way to deal few people, and by dealing many at random."""

from __future__ import annotations

import math
from itertools import pairwise, product

import numpy
import pytest

from pipelines.release.ab.sequences import (
    BOLDEST,
    STAKES,
    Flags,
    Floats,
    Guesses,
    first_refuted,
    guesses_of,
    interval,
    log_wealth,
)

SHARE = 0.3
CHAMPION_WOULD = numpy.array([0.0, 1.0, 0.4, 0.9, 0.2, 1.0])
CHALLENGER_WOULD = numpy.array([1.0, 1.0, 0.1, 0.0, 0.7, 0.5])


def every_deal(people: int) -> list[tuple[float, Flags]]:
    """All ways to deal these people, each with its probability."""
    deals = [numpy.array(deal, dtype=bool) for deal in product([False, True], repeat=people)]
    return [(math.prod(SHARE if one else 1 - SHARE for one in deal), deal) for deal in deals]


def seen(deal: Flags, champion: Floats, challenger: Floats) -> Floats:
    return numpy.where(deal, challenger, champion)


def drawn(seed: int, people: int, means: tuple[float, float], share: float) -> tuple[Flags, Floats]:
    random = numpy.random.default_rng(seed)
    deal = random.random(people) < share
    return deal, (random.random(people) < numpy.where(deal, means[1], means[0])).astype(float)


def test_over_all_deals_each_guess_is_right_on_average_whatever_the_people_are_like() -> None:
    expected = numpy.zeros(6)
    for chance, deal in every_deal(6):
        expected += chance * guesses_of(deal, seen(deal, CHAMPION_WOULD, CHALLENGER_WOULD), SHARE).values
    assert expected == pytest.approx(CHALLENGER_WOULD - CHAMPION_WOULD)


def test_no_guess_lies_beyond_the_reach() -> None:
    for values in product([0.0, 1.0], repeat=6):
        for _, deal in every_deal(6):
            found = guesses_of(deal, numpy.array(values), SHARE)
            assert found.reach == pytest.approx(1 / 0.3)
            assert numpy.abs(found.values).max() <= found.reach


def test_who_bets_against_the_truth_has_the_same_wealth_on_average_after_every_person() -> None:
    effect = 0.25
    champion = numpy.array([0.0, 0.7, 0.1, 0.5, 0.3, 0.75])
    expected = numpy.zeros(6)
    for chance, deal in every_deal(6):
        guesses = guesses_of(deal, seen(deal, champion, champion + effect), SHARE)
        expected += chance * numpy.exp(log_wealth(guesses, effect))
    assert expected == pytest.approx(numpy.ones(6))


def plainly_refuted(values: Floats, reach: float, supposed: float, alpha: float) -> bool:
    """The same bets without logarithms and arrays."""
    wealth = [1 / STAKES] * STAKES
    for value in values:
        stakes = [BOLDEST / (reach + 1) / 2**halvings for halvings in range(STAKES)]
        wealth = [one * (1 + stake * (value - supposed)) for one, stake in zip(wealth, stakes, strict=True)]
        if sum(wealth) >= 1 / alpha:
            return True
    return False


def test_the_interval_holds_just_what_no_look_has_refuted() -> None:
    deal, values = drawn(1, 300, (0.2, 0.6), SHARE)
    guesses = guesses_of(deal, values, SHARE)
    low, high = interval(guesses, 0.05)
    assert -1 < low < 0.4 < high < 1
    for supposed, too_small, too_large in ((low, True, False), (low + 1e-6, False, False), (high - 1e-6, False, False)):
        assert plainly_refuted(guesses.values, guesses.reach, supposed, 0.025) == too_small
        assert plainly_refuted(-guesses.values, guesses.reach, -supposed, 0.025) == too_large
    assert plainly_refuted(-guesses.values, guesses.reach, -high, 0.025)


def test_more_people_never_widen_it_and_nobody_leaves_all_open() -> None:
    deal, values = drawn(2, 400, (0.5, 0.7), 0.5)
    ends = [interval(guesses_of(deal[:people], values[:people], 0.5), 0.05) for people in range(0, 401, 50)]
    assert ends[0] == (-1.0, 1.0)
    assert all(now[0] >= before[0] and now[1] <= before[1] for before, now in pairwise(ends))
    assert ends[-1][1] - ends[-1][0] < 0.5


def test_it_misses_a_true_effect_at_any_look_more_rarely_than_promised() -> None:
    missed = 0
    for seed in range(400):
        guesses = guesses_of(*drawn(seed, 500, (0.3, 0.5), 0.25), 0.25)
        too_low, too_high = first_refuted(guesses, 0.05, 0.2), first_refuted(guesses.mirrored(), 0.05, -0.2)
        missed += too_low is not None or too_high is not None
    assert 0 < missed <= 40  # each side is promised to miss at most once in twenty tests


def test_an_effect_that_turns_leaves_nothing_between_the_ends() -> None:
    guesses = Guesses(numpy.repeat([0.8, -0.8], 400), 2.0)
    low, high = interval(guesses, 0.05)
    assert low > 0.3
    assert low > high


def test_an_interval_of_many_is_nearly_as_narrow_as_one_that_may_be_looked_at_once() -> None:
    deal, values = drawn(3, 20_000, (0.5, 0.5), 0.5)
    low, high = interval(guesses_of(deal, values, 0.5), 0.05)
    once = 2 * 1.96 * (0.25 / deal.sum() + 0.25 / (~deal).sum()) ** 0.5
    assert once < high - low < 2 * once
