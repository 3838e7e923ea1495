"""Which bands need not be looked at, told by a bit each: a band that could meet another always passes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MOST_BANDS = 32_000_000
"""So many bands the driver looks at, at eight bytes each, and as much again to sort them."""
SLOTS_PER_BAND, FEWEST_BITS, MOST_BITS = 32, 16, 27
"""Of bands that need not pass, one in so many does; more do of millions, for a worker is sent 16 megabytes at most."""


@dataclass(frozen=True)
class Sieve:
    """Bits of the bands that pass, by the highest bits of each band, which are as good as random."""

    bits: Any
    width: int

    def passes(self, bands: Any) -> Any:
        """Whether each may meet another one."""
        import numpy

        slots = bands.view(numpy.uint64) >> numpy.uint64(64 - self.width)
        return (self.bits[slots >> numpy.uint64(3)] >> (slots & numpy.uint64(7)).astype(numpy.uint8)) & 1 == 1


def sieve_of(bands: Any | None) -> Sieve | None:
    """Through which these bands pass, and few others; through none everything does."""
    import numpy

    if bands is None:
        return None
    width = min(max((len(bands) * SLOTS_PER_BAND).bit_length(), FEWEST_BITS), MOST_BITS)
    is_set = numpy.zeros(1 << width, dtype=numpy.uint8)
    is_set[bands.view(numpy.uint64) >> numpy.uint64(64 - width)] = 1
    return Sieve(numpy.packbits(is_set, bitorder="little"), width)


def bands_in(rows: DataFrame, most: int) -> Any | None:
    """The bands of rows (band); None where they are too many for the driver."""
    import numpy

    if rows.count() > most:
        return None
    return rows.toArrow()["band"].to_numpy().astype(numpy.int64, copy=False)


def repeated(*bands: Any | None) -> Any | None:
    """What occurs more than once in all of them together; None where any is not known."""
    import numpy

    there = [some for some in bands if some is not None]
    if len(there) < len(bands):
        return None
    in_order = numpy.concatenate(there)
    in_order.sort()
    return in_order[1:][in_order[1:] == in_order[:-1]]
