"""Recency: what was asked lately weighs more, counted back from the newest request and never from today."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

SECONDS_A_DAY = 86_400


def newest_request(requests: DataFrame) -> int | None:
    """When the newest request was asked, in seconds since 1970."""
    from pyspark.sql import functions as F

    latest = requests.agg(F.max(F.unix_timestamp("asked_at")).alias("seconds")).first()
    return latest["seconds"] if latest else None


def weight_column(asked_at: str, newest: int | None, half_life_days: float | None) -> Column:
    """Half for every half-life of age; whole where no time is known, and never quite nothing."""
    from pyspark.sql import functions as F

    if half_life_days is None or newest is None:
        return F.lit(1.0)
    halves = (F.lit(newest) - F.unix_timestamp(asked_at)) / F.lit(SECONDS_A_DAY * half_life_days)
    return F.coalesce(F.greatest(F.pow(F.lit(0.5), halves), F.lit(sys.float_info.min)), F.lit(1.0))
