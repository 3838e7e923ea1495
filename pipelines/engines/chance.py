"""Chance that repeats: the uniform number of a seed at a step, the same on every machine and in every batch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy

GOLDEN = numpy.uint64(0x9E3779B97F4A7C15)
FIRST, SECOND = numpy.uint64(0xBF58476D1CE4E5B9), numpy.uint64(0x94D049BB133111EB)


def uniforms(seeds: Sequence[int] | numpy.ndarray, steps: Sequence[int] | numpy.ndarray) -> numpy.ndarray:
    """SplitMix64 of each seed at its step, as numbers in [0, 1)."""
    with numpy.errstate(over="ignore"):
        state = numpy.asarray(seeds, dtype=numpy.uint64) + (numpy.asarray(steps, dtype=numpy.uint64) + 1) * GOLDEN
        mixed = (state ^ (state >> numpy.uint64(30))) * FIRST
        mixed = (mixed ^ (mixed >> numpy.uint64(27))) * SECOND
        mixed ^= mixed >> numpy.uint64(31)
    return (mixed >> numpy.uint64(11)).astype(numpy.float64) / 2.0**53
