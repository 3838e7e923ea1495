"""Who meets whom among texts that share a band: all in a small bucket; in a large one, so many that it stays cheap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

HUBS, NEIGHBOURS = 8, 8
"""In a large bucket a text meets the first ones and those just before it; in one of up to nine, every other one.

So what is compared grows with the bucket, not with its square. Neighbours share another band too, where any does: a
chain holds a family together even among a million texts with a footer in common.
"""


@dataclass(frozen=True)
class Bucketed:
    """Rows in the order of their bands; in a bucket the known texts stand before the new ones."""

    band: Any
    is_new: Any
    number: Any

    def __len__(self) -> int:
        return len(self.band)

    def rows(self, at: Any) -> Bucketed:
        return Bucketed(self.band[at], self.is_new[at], self.number[at])

    def then(self, more: Bucketed) -> Bucketed:
        import numpy

        return Bucketed(
            numpy.concatenate([self.band, more.band]),
            numpy.concatenate([self.is_new, more.is_new]),
            numpy.concatenate([self.number, more.number]),
        )

    def begins(self) -> Any:
        """For each row, where its bucket begins."""
        import numpy

        places = numpy.arange(len(self))
        is_first = numpy.concatenate([[True], self.band[1:] != self.band[:-1]])
        return numpy.maximum.accumulate(numpy.where(is_first, places, 0))


def meetings(tail: Bucketed | None, batch: Bucketed) -> tuple[Any, Any, Bucketed]:
    """Numbers of the new texts of a batch and of those they meet; and the tail that the next batch must be told of.

    Two new texts are told with the greater number first, so that two bands tell of them alike.
    """
    import numpy

    rows = batch if tail is None else tail.then(batch)
    begins = rows.begins()
    told = len(rows) - len(batch)
    fresh = told + numpy.flatnonzero(batch.is_new)
    at, met = _meet(fresh, begins)
    ones, others = rows.number[at], rows.number[met]
    turned = rows.is_new[met] & (others > ones)
    ones, others = numpy.where(turned, others, ones), numpy.where(turned, ones, others)
    differ = ones != others
    return ones[differ], others[differ], rows.rows(_last_bucket(begins))


def _meet(fresh: Any, begins: Any) -> tuple[Any, Any]:
    """Positions of rows, and of those before them in their bucket that each one meets."""
    import numpy

    first = begins[fresh]
    beside = [(fresh - step, fresh - step >= first) for step in range(1, NEIGHBOURS + 1)]
    hubs = [(first + rank, first + rank < fresh - NEIGHBOURS) for rank in range(HUBS)]
    found = [(fresh[meets], others[meets]) for others, meets in (*beside, *hubs)]
    return numpy.concatenate([at for at, _ in found]), numpy.concatenate([met for _, met in found])


def _last_bucket(begins: Any) -> Any:
    """Positions of the last bucket's rows that a later row may meet: its first and its last ones."""
    import numpy

    begin, end = int(begins[-1]), len(begins)
    split = max(begin + HUBS, end - NEIGHBOURS)
    return numpy.concatenate([numpy.arange(begin, min(begin + HUBS, end)), numpy.arange(split, end)])
