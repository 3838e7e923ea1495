"""Prompts that are asked again later: the row there is gets the new requests, and everything grows a little older."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.declaration import RUN
from pipelines.prompts.recency import newest_request, weight_column

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

REFRESHED = ("request_ids", "weight")
"""The columns that a later selection may change; nothing else of a prompt ever is."""


def refreshed(known: DataFrame, gathered: DataFrame, requests: DataFrame, half_life_days: float | None) -> DataFrame:
    """Every known prompt with all its requests, and weighed against the newest request there is."""
    from pyspark.sql import functions as F

    repeated = _with_repeats(known, gathered)
    asked = requests.select("request_id", F.col("asked_at").alias("request_asked_at"))
    each = repeated.select("prompt_id", F.explode("request_ids").alias("request_id"))
    times = each.join(asked, on="request_id", how="inner").groupBy("prompt_id")
    last = times.agg(F.max("request_asked_at").alias("last_asked_at"))
    weight = weight_column("last_asked_at", newest_request(requests), half_life_days)
    weighed = repeated.join(last, on="prompt_id", how="left").withColumn("weight", weight)
    return weighed.select(*[name for name in known.columns if name != RUN.name])


def _with_repeats(known: DataFrame, gathered: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F

    came = gathered.select("prompt_id", F.col("request_ids").alias("came_ids"))
    none = F.array().cast("array<string>")
    every_id = F.array_sort(F.array_union("request_ids", F.coalesce("came_ids", none)))
    return known.join(came, on="prompt_id", how="left").withColumn("request_ids", every_id).drop("came_ids")
