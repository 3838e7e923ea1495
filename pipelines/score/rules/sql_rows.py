"""Whether two results are the same rows: in any order unless it matters, with a tolerance for numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

Row = tuple[Any, ...]
MOST_TO_PAIR = 200
"""In larger groups rows are paired by their order alone."""


def same_rows(ours: Sequence[Row], theirs: Sequence[Row], tolerance: float, is_ordered: bool) -> bool:
    """The names of columns do not matter, their order does; every row counts as often as it stands there."""
    if len(ours) != len(theirs):
        return False
    if is_ordered:
        return all(_near(one, other, tolerance) for one, other in zip(ours, theirs, strict=True))
    left, right = _by_exact_cells(ours), _by_exact_cells(theirs)
    return left.keys() == right.keys() and all(_pair_up(left[key], right[key], tolerance) for key in left)


def _by_exact_cells(rows: Sequence[Row]) -> dict[Row, list[Row]]:
    """Rows whose texts and gaps agree; within a group only numbers differ."""
    groups: dict[Row, list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple("number" if _is_number(cell) else (cell,) for cell in row)].append(row)
    return groups


def _pair_up(ours: list[Row], theirs: list[Row], tolerance: float) -> bool:
    if len(ours) != len(theirs):
        return False
    left, right = (sorted(rows, key=lambda row: [cell for cell in row if _is_number(cell)]) for rows in (ours, theirs))
    if all(_near(one, other, tolerance) for one, other in zip(left, right, strict=True)):
        return True
    return tolerance > 0 and len(left) <= MOST_TO_PAIR and _matches(left, right, tolerance)


def _matches(left: list[Row], right: list[Row], tolerance: float) -> bool:
    """Whether each row finds a partner of its own, those that have one moving on if they can."""
    near = [[at for at, other in enumerate(right) if _near(one, other, tolerance)] for one in left]
    partner: dict[int, int] = {}

    def finds(one: int, tried: set[int]) -> bool:
        for other in near[one]:
            if other not in tried:
                tried.add(other)
                if other not in partner or finds(partner[other], tried):
                    partner[other] = one
                    return True
        return False

    return all(finds(one, set()) for one in range(len(left)))


def _near(one: Row, other: Row, tolerance: float) -> bool:
    return len(one) == len(other) and all(
        abs(a - b) <= tolerance or a == b if _is_number(a) and _is_number(b) else a == b
        for a, b in zip(one, other, strict=True)
    )


def _is_number(cell: Any) -> bool:
    return isinstance(cell, (int, float))
