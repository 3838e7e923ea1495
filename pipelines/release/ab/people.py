"""From events to people: each exposed person once, with one value for each metric, in the order of first exposure.

People are what is dealt to the arms, so they are what is counted: a person with a hundred outcomes is one person, whose
value is their mean. A value counts when the person's time is over, and never changes after; without that, intervals
that hold at every look would not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy

from conf import AbSettings, MetricSettings
from pipelines.release.ab.assignment import CHALLENGER
from pipelines.release.ab.plans import EXPOSURE, OUTCOME
from pipelines.release.ab.sequences import Flags, Floats

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

MICROSECONDS_PER_HOUR = 3_600_000_000


@dataclass(frozen=True)
class People:
    """Everybody who was exposed, in that order."""

    is_challenger: Flags
    is_over: Flags
    """Whose time for outcomes is over."""
    values: Mapping[str, Floats]
    """The value of each metric; NaN where there is none."""


def people_of(events: DataFrame, settings: AbSettings) -> People:
    """The people of one test, from its exposures and outcomes."""
    from pyspark.sql import functions as F

    told = events.where(F.col("event").isin(EXPOSURE, OUTCOME))
    newest = told.agg(F.max(F.unix_micros("happened_at")).alias("at")).first()
    window = int(settings.window_hours * MICROSECONDS_PER_HOUR)
    exposed = _exposed(told)
    measured = _measured(exposed, told, window, settings.metrics)
    rows = exposed.join(measured, on="subject_id", how="left").orderBy("first_at", "subject_id").toArrow()
    names = enumerate(settings.metrics.items())
    return People(
        rows["is_challenger"].to_numpy().astype(bool),
        rows["first_at"].to_numpy() + window <= (newest["at"] if newest and newest["at"] else 0),
        {name: _filled(rows[_column(at)], metric) for at, (name, metric) in names},
    )


def _exposed(events: DataFrame) -> DataFrame:
    """subject_id, is_challenger and first_at, the moment of the first exposure in microseconds."""
    from pyspark.sql import functions as F

    return (
        events.where(F.col("event") == EXPOSURE)
        .groupBy("subject_id")
        .agg(
            F.max(F.col("arm") == CHALLENGER).alias("is_challenger"),
            F.min(F.unix_micros("happened_at")).alias("first_at"),
        )
    )


def _measured(exposed: DataFrame, events: DataFrame, window: int, metrics: Mapping[str, MetricSettings]) -> DataFrame:
    """subject_id and a column for each metric: the mean of what came in time."""
    from pyspark.sql import functions as F

    after = F.unix_micros("happened_at") - F.col("first_at")
    outcomes = events.where(F.col("event") == OUTCOME).select("subject_id", "metric", "value", "happened_at")
    in_time = outcomes.join(exposed, on="subject_id", how="inner").where(after.between(0, window - 1))
    means = [_mean(name, metric).alias(_column(at)) for at, (name, metric) in enumerate(metrics.items())]
    return in_time.groupBy("subject_id").agg(*means)


def _mean(name: str, metric: MetricSettings) -> Column:
    from pyspark.sql import functions as F

    within = F.greatest(F.lit(metric.least), F.least(F.lit(metric.most), F.col("value")))
    return F.avg(F.when(F.col("metric") == name, within))


def _column(at: int) -> str:
    """A metric's name may be anything, so its column goes by number."""
    return f"metric_{at}"


def _filled(column: Any, metric: MetricSettings) -> Floats:
    values = numpy.asarray(column.to_numpy(), dtype=numpy.float64)
    return values if metric.absent is None else numpy.where(numpy.isnan(values), metric.absent, values)
