"""Chance that repeats: the uniform number of a seed at a step, the same on every machine and in every batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.splitmix import STEP, mixed


def uniforms(seeds: Sequence[int] | Any, steps: Sequence[int] | Any) -> Any:
    """Each seed's generator after so many steps, as numbers in [0, 1)."""
    import numpy

    states = numpy.asarray(seeds, dtype=numpy.uint64) + numpy.asarray(steps, dtype=numpy.uint64) * numpy.uint64(STEP)
    return (mixed(states) >> numpy.uint64(11)).astype(numpy.float64) / 2.0**53
