"""An answer as values that JSON knows, the same from either engine: times in ISO 8601 and UTC, maps as objects."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Sequence
from datetime import date, datetime, timezone
from decimal import Decimal
from itertools import chain, count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow

NOT_FINITE = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def plain_rows(answer: pyarrow.Table) -> list[list[Any]]:
    """The rows, each in the order of the columns, of which two may have one name."""
    columns = [column.to_pylist(maps_as_pydicts="strict") for column in answer.columns]
    return [[plain_value(value) for value in row] for row in zip(*columns, strict=True)]


def plain_value(value: Any) -> Any:
    """One value as JSON would have it; JSON knows no NaN, so that is a word."""
    if isinstance(value, datetime):
        return _iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else NOT_FINITE[str(value)]
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, dict):
        return {str(key): plain_value(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain_value(inner) for inner in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _iso(moment: datetime) -> str:
    """UTC where the time is a moment; a wall-clock time without a zone stays one."""
    if moment.tzinfo is None:
        return moment.isoformat()
    return moment.astimezone(timezone.utc).replace(tzinfo=None).isoformat() + "Z"


def distinct_names(names: Sequence[str]) -> list[str]:
    """Column names by which a row can be an object: a repeated one gets a number, as DuckDB gives it."""
    taken: list[str] = []
    for name in names:
        numbered = (f"{name}_{number}" for number in count(1))
        taken.append(next(free for free in chain([name], numbered) if free not in taken))
    return taken
