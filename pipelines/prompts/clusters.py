"""Workloads by embedding: the nearest one known so far, else a new cluster of prompts that are alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from conf.selection import SelectionSettings
from pipelines.arrow_columns import with_computed, with_slowly_begun
from pipelines.models.encoder import embedded, encoder_folder

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

Vector = Sequence[float]
UNSORTED = "unsorted"
CLUSTER = re.compile(r"cluster_(\d+)")
TEXTS_PER_TASK = 2000
"""Each task's process loads the encoder, which takes longer than embedding a thousand prompts."""
END_WORDS = 15
"""Only so many words at each end are embedded: there stands what is wanted, and between them what it is about."""


def clustered(unnamed: DataFrame, labelled: DataFrame, settings: SelectionSettings) -> DataFrame:
    """From prompts (prompt_id, messages), and known ones with their workload, to prompt_id and workload."""
    from pyspark.sql import functions as F

    encoder_folder()  # says what is missing before any worker starts
    question = F.element_at("messages", -1)["content"].alias("question")
    sample = _sampled(labelled.where(F.col("workload") != UNSORTED), "workload", settings.centroid_sample)
    texts = unnamed.select("prompt_id", question, F.lit(None).cast("string").alias("known_workload")).unionByName(
        sample.select("prompt_id", question, F.col("workload").alias("known_workload"))
    )
    spread = texts.repartition(1 + texts.count() // TEXTS_PER_TASK)
    vectors = with_slowly_begun(spread, "vector", "array<float>", _embedded, ["question"]).localCheckpoint()
    known = centroids(
        [
            (row[0], row[1])
            for row in vectors.where("known_workload IS NOT NULL").select("known_workload", "vector").collect()
        ]
    )
    placed = _placed(vectors.where("known_workload IS NULL"), known, settings.centroid_similarity)
    homeless = placed.where("workload IS NULL").drop("workload")
    new = _new_clusters(homeless, labelled, settings)
    settled = _placed(homeless, new, settings.cluster_similarity).fillna(UNSORTED, subset=["workload"])
    columns = ["prompt_id", "workload"]
    return placed.where("workload IS NOT NULL").select(*columns).unionByName(settled.select(*columns))


def centroids(labelled: Sequence[tuple[str, Vector]]) -> dict[str, list[float]]:
    """The direction in which each workload's vectors point on average."""
    import numpy

    found = {}
    for name in sorted({name for name, _ in labelled}):
        mean = numpy.mean([vector for label, vector in labelled if label == name], axis=0)
        found[name] = (mean / numpy.linalg.norm(mean)).tolist()
    return found


def groups_of(vectors: Sequence[Vector], similarity: float) -> list[int]:
    """The group of each vector: groups are joined while they are this similar on average; nothing is drawn by lot."""
    from sklearn.cluster import AgglomerativeClustering

    if len(vectors) < 2:
        return [0] * len(vectors)
    grouping = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=1 - similarity
    )
    labels: list[int] = grouping.fit_predict(vectors).tolist()
    return labels


def nearest(vectors: Sequence[Vector], known: Mapping[str, Vector], similarity: float) -> list[str | None]:
    """For each vector the name of the nearest centre, or None where none is near enough."""
    import numpy

    if not known:
        return [None] * len(vectors)
    names = sorted(known)
    similarities = numpy.asarray(vectors) @ numpy.asarray([known[name] for name in names]).T
    return [names[int(row.argmax())] if row.max() >= similarity else None for row in similarities]


def _new_clusters(homeless: DataFrame, labelled: DataFrame, settings: SelectionSettings) -> dict[str, list[float]]:
    """Centres of new workloads, numbered on from those that there are; the first is the largest."""
    from pyspark.sql import functions as F

    rows = homeless.orderBy(F.xxhash64("prompt_id"), "prompt_id").limit(settings.cluster_sample).collect()
    rows = sorted(rows, key=lambda row: row["prompt_id"])
    groups = groups_of([row["vector"] for row in rows], settings.cluster_similarity)
    by_size = sorted(set(groups), key=lambda group: (-groups.count(group), groups.index(group)))
    large = [group for group in by_size if groups.count(group) >= settings.smallest_cluster]
    taken = [
        row[0]
        for row in labelled.where(F.col("workload").startswith("cluster_")).select("workload").distinct().collect()
    ]
    last = max((int(match[1]) for match in map(CLUSTER.fullmatch, taken) if match), default=0)
    names = {group: f"cluster_{last + turn}" for turn, group in enumerate(large, start=1)}
    return centroids([(names[group], row["vector"]) for group, row in zip(groups, rows, strict=True) if group in names])


def _placed(vectors: DataFrame, known: Mapping[str, Vector], similarity: float) -> DataFrame:
    placing = partial(nearest, known=dict(known), similarity=similarity)
    return with_computed(vectors.select("prompt_id", "vector"), "workload", "string", placing, ["vector"])


def _sampled(prompts: DataFrame, group: str, most: int) -> DataFrame:
    """So many of each group, the first by a hash of their identity: the same sample on every run."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    drawn: list[Column] = [F.xxhash64("prompt_id"), F.col("prompt_id")]
    turns = prompts.withColumn("turn", F.row_number().over(Window.partitionBy(group).orderBy(*drawn)))
    return turns.where(F.col("turn") <= most).drop("turn")


def _embedded(questions: Sequence[str]) -> list[list[float]]:
    return embedded([_ends(question) for question in questions])


def _ends(question: str) -> str:
    words = question.split()
    if len(words) <= 2 * END_WORDS:
        return question
    return " ".join([*words[:END_WORDS], "...", *words[-END_WORDS:]])
