"""Workloads: what the log declares, else what a rule finds, else what embeddings say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from conf.selection import SelectionSettings
from pipelines.arrow_columns import with_computed
from pipelines.prompts.clusters import UNSORTED, clustered
from pipelines.prompts.refusals import is_open

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def with_workloads(prompts: DataFrame, known: DataFrame, settings: SelectionSettings) -> DataFrame:
    """Gathered prompts with workload and workload_origin; the refused ones have none and need none."""
    from pyspark.sql import functions as F

    ruled = _ruled(prompts.where(is_open()), settings.workload_rules)
    named = ruled.select(
        "prompt_id",
        "messages",
        F.coalesce("declared_workload", "ruled_workload").alias("workload"),
        F.when(F.col("declared_workload").isNotNull(), "log").otherwise("rule").alias("workload_origin"),
    ).localCheckpoint()
    unnamed = named.where("workload IS NULL").select("prompt_id", "messages")
    assigned = named.where("workload IS NOT NULL").select("prompt_id", "workload", "workload_origin")
    if not unnamed.isEmpty():
        anew = _by_embedding(unnamed, named, known, settings)
        assigned = assigned.unionByName(anew.withColumn("workload_origin", F.lit("cluster")))
    return prompts.join(assigned, on="prompt_id", how="left")


def _by_embedding(unnamed: DataFrame, named: DataFrame, known: DataFrame, settings: SelectionSettings) -> DataFrame:
    from pyspark.sql import functions as F

    if not settings.clustering:
        return unnamed.select("prompt_id", F.lit(UNSORTED).alias("workload"))
    columns = ["prompt_id", "messages", "workload"]
    labelled = known.select(*columns).unionByName(named.where("workload IS NOT NULL").select(*columns))
    return clustered(unnamed, labelled, settings)


def _ruled(prompts: DataFrame, rules: Mapping[str, str]) -> DataFrame:
    from pyspark.sql import functions as F

    if not rules:
        return prompts.withColumn("ruled_workload", F.lit(None).cast("string"))
    question = prompts.withColumn("question", F.element_at("messages", -1)["content"])
    return with_computed(question, "ruled_workload", "string", partial(_first_rules, rules=dict(rules)), ["question"])


def _first_rules(questions: Sequence[str], rules: Mapping[str, str]) -> list[str | None]:
    """The first rule, in the order of the settings, whose expression is found in the question."""
    compiled = {name: re.compile(pattern) for name, pattern in rules.items()}
    return [
        next((name for name, pattern in compiled.items() if pattern.search(question)), None) for question in questions
    ]
