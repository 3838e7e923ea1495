"""Workloads by embedding: the nearest known one, else a new cluster; vectors in view, and once the encoder itself."""

from __future__ import annotations

import math

import numpy
import pytest
from pyspark.sql import DataFrame, SparkSession

from pipelines.models.encoder import embedded, encoder_digest
from pipelines.prompts.clusters import centroids, clustered, groups_of, nearest
from pipelines.prompts.normal import MESSAGES
from tests.pipelines.prompts.requests import settings


def at(degrees: float) -> list[float]:
    """A vector of length one in that direction."""
    return [math.cos(math.radians(degrees)), math.sin(math.radians(degrees))]


def test_a_centre_points_where_its_vectors_point_on_average() -> None:
    found = centroids([("b", at(80)), ("a", at(0)), ("a", at(40))])
    assert list(found) == ["a", "b"]
    assert found["a"] == pytest.approx(at(20))
    assert found["b"] == pytest.approx(at(80))


def test_the_nearest_centre_is_taken_if_it_is_near_enough() -> None:
    """cos 60 degrees is a half."""
    known = {"east": at(0), "north": at(90)}
    assert nearest([at(10), at(70), at(-59), at(-61)], known, 0.5) == ["east", "north", "east", None]
    assert nearest([at(0)], {}, 0.5) == [None]


def test_groups_join_while_they_are_similar_on_average() -> None:
    groups = groups_of([at(0), at(5), at(90), at(95), at(200)], 0.5)
    assert groups[0] == groups[1] != groups[2] == groups[3]
    assert len(set(groups)) == 3
    assert groups_of([at(0)], 0.5) == [0]
    assert groups_of([], 0.5) == []


def frame(spark: SparkSession, rows: list[tuple[str, str, str]]) -> DataFrame:
    """Name, question and workload of each."""
    read = [(name, [{"role": "user", "content": question}], workload) for name, question, workload in rows]
    return spark.createDataFrame(read, f"prompt_id string, messages {MESSAGES}, workload string")


@pytest.mark.slow
def test_prompts_join_what_is_known_or_found_new_workloads_that_go_on_counting(spark: SparkSession) -> None:
    vectors = numpy.array(embedded(["What does the tea urn cost?", "Price of the urn for tea?", "Write a poem"]))
    assert numpy.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert vectors[0] @ vectors[1] > 0.6 > 0.3 > vectors[0] @ vectors[2]
    assert len(encoder_digest()) == 64
    known = frame(
        spark,
        [
            ("k1", "What does the tea urn cost for a day?", "prices"),
            ("k2", "How much is the bread oven by the week?", "prices"),
            ("k3", "Translate into Polish: the meeting is on Monday", "cluster_2"),
        ],
    )
    poems = [(f"p{n}", f"Write a short poem about {word}", "") for n, word in enumerate(("rain", "snow", "wind"))]
    news = frame(spark, [("n1", "What is the price of the dishwasher for a day?", ""), *poems, ("x", "asdf", "")])
    found = clustered(news.drop("workload"), known, settings(smallest_cluster=3, centroid_similarity=0.35))
    workloads = {row.prompt_id: row.workload for row in found.collect()}
    assert workloads == {"n1": "prices", "p0": "cluster_3", "p1": "cluster_3", "p2": "cluster_3", "x": "unsorted"}
