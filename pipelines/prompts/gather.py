"""Exact duplicates: every request of one prompt gathered into one row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.prompts.normal import with_normal_messages

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

REQUEST_COLUMNS = ("request_id", "messages", "workload", "subject_id", "asked_at", "source_file", "source_line")


def requests_not_gathered(requests: DataFrame, prompts: DataFrame) -> DataFrame:
    """Requests that no prompt names: new ones, and those that were refused before and may pass now."""
    from pyspark.sql import functions as F

    gathered = prompts.select(F.explode("request_ids").alias("request_id"))
    return requests.select(*REQUEST_COLUMNS).join(gathered, on="request_id", how="left_anti")


def gathered_prompts(requests: DataFrame) -> DataFrame:
    """One row for each distinct prompt; who asked, where and with what label is told by the earliest that knows."""
    from pyspark.sql import functions as F

    asked = with_normal_messages(requests)
    asking = F.struct(F.col("asked_at").isNull(), "asked_at", "request_id")
    declared = F.col("workload").isNotNull() & (F.trim("workload") != "")
    return (
        asked.groupBy("prompt_id")
        .agg(
            F.first("messages").alias("messages"),
            F.array_sort(F.collect_set("request_id")).alias("request_ids"),
            F.min("asked_at").alias("asked_at"),
            F.max("asked_at").alias("last_asked_at"),
            F.min_by(F.when(declared, F.trim("workload")), F.when(declared, asking)).alias("declared_workload"),
            F.min_by(F.struct("request_id", "subject_id", "source_file", "source_line"), asking).alias("first_request"),
        )
        .select(
            "prompt_id",
            "messages",
            "request_ids",
            "asked_at",
            "last_asked_at",
            "declared_workload",
            "first_request",
        )
    )
