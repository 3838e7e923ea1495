"""Joins with frames that may be small: those are sent to every task, so that texts need not be moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

FEW = 1_000_000
"""Rows of an id or two that every task can hold: about a hundred megabytes."""


def sent_if_few(rows: DataFrame, most: int = FEW) -> DataFrame:
    """The rows, marked to be sent to every task where they are few; they are counted, so let them be held."""
    from pyspark.sql import functions as F

    return F.broadcast(rows) if rows.count() <= most else rows
