"""Numbers and names as arrays."""

from __future__ import annotations

from typing import Any

import numpy
from numpy.typing import NDArray

Floats = NDArray[numpy.float64]
Texts = NDArray[Any]


def floats(values: Any) -> Floats:
    """Values as numbers to compute with; None is NaN."""
    return numpy.asarray(values, dtype=numpy.float64)
