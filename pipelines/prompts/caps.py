"""Caps: at most so many prompts of one person, and of one workload, in a round, so that nobody drowns the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conf.selection import SelectionSettings
from pipelines.prompts.refusals import is_open, refused_where

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def with_over_caps_refused(prompts: DataFrame, selected: DataFrame, settings: SelectionSettings) -> DataFrame:
    """Prompts (with subject_id and workload) against what this round holds already; a raised cap takes more of them."""
    by_person = _capped(prompts, selected, "subject_id", settings.most_per_person, "over_person_cap", "person")
    return _capped(by_person, selected, "workload", settings.most_per_workload, "over_workload_cap", "workload")


def with_person(prompts: DataFrame, requests: DataFrame) -> DataFrame:
    """Prompts with the person who asked first: to count what a round holds of each."""
    from pyspark.sql import functions as F

    each = prompts.select("prompt_id", "workload", F.explode("request_ids").alias("request_id"))
    asking = F.struct(F.col("asked_at").isNull(), "asked_at", "request_id")
    asked = each.join(requests.select("request_id", "subject_id", "asked_at"), on="request_id", how="inner")
    return asked.groupBy("prompt_id", "workload").agg(F.min_by("subject_id", asking).alias("subject_id"))


def _capped(prompts: DataFrame, selected: DataFrame, group: str, most: int | None, reason: str, noun: str) -> DataFrame:
    """The first by a hash of their identity stay, so that the choice does not depend on the order they came in."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    if most is None:
        return prompts
    held = selected.where(F.col(group).isNotNull()).groupBy(group).agg(F.count(F.lit(1)).alias("held"))
    drawn = F.xxhash64("prompt_id", F.lit(group))
    turns = Window.partitionBy(group, is_open()).orderBy(drawn, "prompt_id")
    ranked = prompts.join(held, on=group, how="left").withColumn("turn", F.row_number().over(turns))
    is_over = is_open() & F.col(group).isNotNull() & (F.coalesce("held", F.lit(0)) + F.col("turn") > most)
    detail = f"This {noun} has {most} prompts in this round already, chosen by a hash; a higher cap takes more."
    return refused_where(ranked, is_over, reason, detail).select(*prompts.columns)
