"""The proof by made-up people: peeking costs no false alarms, and effects are found."""

from __future__ import annotations

import numpy
import pytest

from conf import load_settings
from pipelines.release.ab.analysis import report_on
from pipelines.release.ab.people import People
from pipelines.release.ab.simulate import ImpossibleWorld, World, dealt, outcomes, simulate

SETTINGS = load_settings("base").settings.ab
ALPHA = 0.05


@pytest.mark.parametrize("is_continuous", [False, True])
def test_with_no_effect_a_look_after_every_ten_people_raises_fewer_false_alarms_than_promised(
    is_continuous: bool,
) -> None:
    """Of 400 tests at most 20 may err if the promise holds on the dot; a rate of .05 would reach 34 once in 1000."""
    (found,) = simulate(World(0.3, 1000, 10, 400, is_continuous, seed=7), [0.0], SETTINGS)
    assert found.better + found.worse <= ALPHA
    assert found.mismatched <= 0.01
    assert found.naive > 4 * ALPHA, "the same looks would mislead a z-test, so these worlds can mislead"


@pytest.mark.parametrize(("effect", "is_continuous"), [(0.2, False), (-0.2, False), (0.1, True)])
def test_a_big_effect_is_found_on_its_side(effect: float, is_continuous: bool) -> None:
    (found,) = simulate(World(0.4, 1000, 50, 60, is_continuous, seed=7), [effect], SETTINGS)
    right, wrong = (found.better, found.worse) if effect > 0 else (found.worse, found.better)
    assert (right, wrong) == (1.0, 0.0)
    assert found.mean_people is not None and found.mean_people < 600


def test_a_larger_effect_is_found_sooner_and_the_same_seed_finds_the_same() -> None:
    world = World(0.4, 2000, 50, 30, False, seed=3)
    small, large = simulate(world, [0.1, 0.3], SETTINGS)
    assert small.mean_people is not None and large.mean_people is not None
    assert large.mean_people < small.mean_people
    assert simulate(world, [0.3], SETTINGS) == [large]


def test_the_first_look_that_concludes_is_the_first_whose_report_does() -> None:
    """The simulator asks when zero is refuted; a person sees reports. Both come to the same at every look."""
    world, share = World(0.4, 900, 100, 1, False, seed=5), SETTINGS.share
    (found,) = simulate(world, [0.2], SETTINGS)
    deal = dealt(world, share, 0)
    thumbs = outcomes(world, deal, 0.2, 0)
    words = {}
    for look in range(100, 901, 100):
        seen = People(deal[:look], numpy.ones(look, bool), {"thumbs": thumbs[:look]})
        words[look] = report_on(seen, SETTINGS).primary.word
    assert found.mean_people == next(look for look, word in words.items() if word == "better")
    assert words[100] == "cannot tell yet"


def test_a_world_that_cannot_be_is_an_error_that_says_so() -> None:
    with pytest.raises(ImpossibleWorld, match="expected means between 0 and 1, and the base 0.9 with an effect of 0.2"):
        simulate(World(0.9, 10, 1, 1, False, 1), [0.2], SETTINGS)
