"""Whether people were dealt by the share: a test that may be looked at after each person."""

from __future__ import annotations

import math
from itertools import product

import numpy
import pytest

from pipelines.release.ab.ratio import PRIOR_PEOPLE, log_odds, ratio_of


def test_the_odds_are_those_of_a_beta_prior() -> None:
    from scipy.special import betaln

    deal = numpy.random.default_rng(1).random(200) < 0.4
    ahead, behind = int(deal.sum()), int((~deal).sum())
    prior = PRIOR_PEOPLE * 0.3, PRIOR_PEOPLE * 0.7
    expected = betaln(prior[0] + ahead, prior[1] + behind) - betaln(*prior)
    expected -= ahead * math.log(0.3) + behind * math.log(0.7)
    assert log_odds(deal, 0.3)[-1] == pytest.approx(expected)


def test_under_the_promised_share_the_odds_stay_even_on_average() -> None:
    expected = numpy.zeros(8)
    for deal in product([False, True], repeat=8):
        chance = math.prod(0.3 if one else 0.7 for one in deal)
        expected += chance * numpy.exp(log_odds(numpy.array(deal), 0.3))
    assert expected == pytest.approx(numpy.ones(8))


def test_a_right_division_raises_no_alarm_at_any_look_and_a_lossy_one_does() -> None:
    random = numpy.random.default_rng(7)
    alarms = [ratio_of(random.random(2000) < 0.5, 0.5, 0.95).is_mismatch for _ in range(400)]
    assert sum(alarms) <= 20  # one in twenty is what 0.95 allows
    lossy = random.random(4000) < 0.45  # of the challenger's people one in six or so is lost
    assert ratio_of(lossy, 0.5, 0.999).is_mismatch
    assert "Something loses people" in ratio_of(lossy, 0.5, 0.999).sentence


def test_what_was_seen_at_one_look_is_not_forgotten_at_the_next() -> None:
    broken_for_a_while = numpy.concatenate([numpy.zeros(60, dtype=bool), numpy.tile([True, False], 2000)])
    found = ratio_of(broken_for_a_while, 0.5, 0.99)
    assert (found.champion, found.challenger, found.is_mismatch) == (2060, 2000, True)
    assert log_odds(broken_for_a_while, 0.5)[-1] < math.log(100)


def test_nobody_is_no_mismatch() -> None:
    found = ratio_of(numpy.zeros(0, dtype=bool), 0.5, 0.999)
    assert (found.champion, found.challenger, found.chance, found.is_mismatch) == (0, 0, 1.0, False)
