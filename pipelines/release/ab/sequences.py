"""Intervals for a difference of means that hold at every look together: one may peek after each person, and stop.

People come one after the other, and each counts once. With known odds of getting the challenger, each person gives an
unbiased guess of the difference: what Robins' augmented inverse-probability estimator gives, with the arms' means so
far as predictions (as in Howard, Ramdas, McAuliffe and Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence
sequences", 2021). Guesses are bounded, for outcomes are. So a bettor can stake a share of her wealth on the next guess
lying above a supposed difference. If the difference is no larger than supposed, her wealth is a supermartingale that
starts at 1, and by Ville's inequality it ever reaches 1/alpha with probability alpha at most. What makes her rich is
refuted. This is Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", 2024. The stakes
are spread over a grid and kept, the way of Cover's universal portfolio (Orabona and Jun, "Tight concentrations and
confidence sequences from the regret of universal portfolio", 2024), so that nobody has to guess how large the effect
will be.

It is exact for any number of people and any distribution within the bounds, and wealth falls as the supposed difference
rises, so that an end of the interval is found by halving.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

Floats = NDArray[numpy.float64]
Flags = NDArray[numpy.bool_]
BOLDEST, STAKES = 0.99, 8
"""The largest stake as a share of what keeps wealth above zero, and how many there are, each half of the last."""
HALVINGS = 40


@dataclass(frozen=True)
class Guesses:
    """One unbiased guess of the difference for each person in order, none further from zero than the reach."""

    values: Floats
    reach: float

    def mirrored(self) -> Guesses:
        """The same for the difference the other way round."""
        return Guesses(-self.values, self.reach)


def guesses_of(is_challenger: Flags, values: Floats, share: float) -> Guesses:
    """Challenger less champion, guessed from each person in turn; values lie between 0 and 1."""
    challenger = _means_before(is_challenger, values)
    champion = _means_before(~is_challenger, values)
    surprise = numpy.where(is_challenger, (values - challenger) / share, -(values - champion) / (1 - share))
    return Guesses(challenger - champion + surprise, 1 / min(share, 1 - share))


def log_wealth(guesses: Guesses, supposed: float) -> Floats:
    """After each person, the logarithm of the mean wealth of those who bet that the difference is above `supposed`."""
    paths = [numpy.cumsum(numpy.log1p(stake * (guesses.values - supposed))) for stake in _stakes(guesses.reach)]
    total = paths[0]
    for path in paths[1:]:
        total = numpy.logaddexp(total, path)
    return total - math.log(STAKES)


def first_refuted(guesses: Guesses, alpha: float, supposed: float = 0.0) -> int | None:
    """After how many people it is clear that the difference is above `supposed`; None where it never was."""
    refuted = log_wealth(guesses, supposed) >= math.log(1 / alpha)
    return int(numpy.argmax(refuted)) + 1 if refuted.any() else None


def interval(guesses: Guesses, alpha: float) -> tuple[float, float]:
    """What no look so far has refuted; over all looks together it misses the difference with probability alpha.

    Where the low end lies above the high one, the difference was not the same all along.
    """
    return _low_end(guesses, alpha / 2), -_low_end(guesses.mirrored(), alpha / 2)


def _low_end(guesses: Guesses, alpha: float) -> float:
    """The largest difference that some look has refuted as too small; differences lie between -1 and 1."""
    low, high = -1.0, 1.0
    if first_refuted(guesses, alpha, low) is None:
        return low
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if first_refuted(guesses, alpha, middle) is None:
            high = middle
        else:
            low = middle
    return low


def _stakes(reach: float) -> Iterator[float]:
    """No guess lies further than reach + 1 from a supposed difference, so nobody can lose everything."""
    return (BOLDEST / (reach + 1) / 2**halvings for halvings in range(STAKES))


def _means_before(is_there: Flags, values: Floats) -> Floats:
    """For each person the mean of those before that are in the arm, as if one of a half had come first."""
    counts: Floats = numpy.cumsum(is_there) - is_there
    sums = numpy.cumsum(values * is_there) - values * is_there
    return (sums + 0.5) / (counts + 1)
