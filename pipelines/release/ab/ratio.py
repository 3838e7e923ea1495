"""Whether the arms have the numbers of people that the share promises; if not, something loses people of one arm.

The test is that of Lindon and Malek, "Anytime-valid inference for multinomial count data", 2022: the odds of a
Dirichlet prior around the promised share against the share itself. It holds at every look together, as the metrics'
intervals do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy

from pipelines.release.ab.sequences import Flags, Floats

PRIOR_PEOPLE = 100.0
"""How many people the prior weighs: it expects shares that lie a few points beside the promised one."""


@dataclass(frozen=True)
class Ratio:
    """How many people each arm got, and how likely so odd a division is in any test whose division is right."""

    champion: int
    challenger: int
    share: float
    chance: float
    """The probability, at most, that a right division ever looks as wrong as this one did at its worst."""
    is_mismatch: bool

    @property
    def sentence(self) -> str:
        """What a person should know of it."""
        people = self.champion + self.challenger
        seen = f"{self.challenger} of {people} people got the challenger, and {self.share:g} of them should"
        if self.is_mismatch:
            return (
                f"{seen}; by chance that happens in at most {self.chance:.2g} of tests. Something loses people of one "
                "arm, or deals them otherwise, so nothing can be concluded: look where exposures are written."
            )
        return f"{seen}: nothing is wrong with that (chance {self.chance:.2g})."


def ratio_of(is_challenger: Flags, share: float, confidence: float) -> Ratio:
    """From the arms of people in the order in which they were first exposed."""
    evidence = log_odds(is_challenger, share)
    chance = min(1.0, math.exp(-float(evidence.max()))) if len(evidence) else 1.0
    challengers = int(is_challenger.sum())
    return Ratio(len(is_challenger) - challengers, challengers, share, chance, not chance > 1 - confidence)


def log_odds(is_challenger: Flags, share: float) -> Floats:
    """After each person, the logarithm of the odds against the share; each is foretold from those before."""
    before = numpy.arange(len(is_challenger))
    challengers: Floats = numpy.cumsum(is_challenger) - is_challenger
    foretold = (PRIOR_PEOPLE * share + challengers) / (PRIOR_PEOPLE + before)
    return numpy.cumsum(
        numpy.where(is_challenger, numpy.log(foretold / share), numpy.log((1 - foretold) / (1 - share)))
    )
