"""SplitMix64: each 64-bit number scattered, so that neighbours have nothing in common; the same on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import uint64
    from numpy.typing import NDArray

    Numbers = NDArray[uint64]
else:
    Numbers = Any

STEP = 0x9E3779B97F4A7C15
FIRST_MIX, SECOND_MIX = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def mixed(values: Numbers) -> Numbers:
    """The number that the generator gives in each of these states."""
    import numpy

    scattered = values + numpy.uint64(STEP)
    scattered = (scattered ^ (scattered >> numpy.uint64(30))) * numpy.uint64(FIRST_MIX)
    scattered = (scattered ^ (scattered >> numpy.uint64(27))) * numpy.uint64(SECOND_MIX)
    return scattered ^ (scattered >> numpy.uint64(31))
