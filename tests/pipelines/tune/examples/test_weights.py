"""Weights: older rounds and lesser workloads count less, and what is replayed makes up its share."""

from __future__ import annotations

from typing import Any

import pytest

from conf.tune import ExampleSettings
from lakehouse.place import Lakehouse
from pipelines.tune.examples.weights import LEAST_WEIGHT, weight_column, with_replay_weights
from tests.pipelines.generate.story import settings_of

ROWS = "workload string, made_in int, share double"


def settings(*overrides: str) -> ExampleSettings:
    return settings_of(*(f"tune.examples.{one}" for one in overrides)).tune.examples


def test_a_weight_halves_with_each_half_life_and_is_multiplied_by_its_workload(lakehouse: Lakehouse) -> None:
    rows = [("facts", 5, 1.0), ("facts", 3, 1.0), ("facts", 1, 0.5), ("letters", 3, 1.0), ("facts", -10_000, 1.0)]
    made = lakehouse.spark.createDataFrame(rows, ROWS)
    some = settings("half_life=2", "workload_weights={letters: 3.0}")
    told = made.select(weight_column(some, 5).alias("aged"), weight_column(settings(), 5).alias("plain")).collect()
    # after 0, 2, 4, 2 and very many rounds
    assert [row.aged for row in told] == pytest.approx([1.0, 0.5, 0.5 * 0.25, 3 * 0.5, LEAST_WEIGHT])
    assert [row.plain for row in told] == [1.0, 1.0, 0.5, 1.0, 1.0]


Row = tuple[str, bool, float | None, list[int]]
ONE, TWO = [7, 8], [7, 8, 9]
"""Tokens of which the first is the prompt."""


def replay_weights(lakehouse: Lakehouse, rows: list[Row], share: float) -> list[Any]:
    schema = "split string, is_replay boolean, weight double, tokens array<int>"
    made = lakehouse.spark.createDataFrame(rows, schema).selectExpr("*", "1 AS answer_start")
    return [row.weight for row in with_replay_weights(made, share).orderBy("is_replay", "split", "weight").collect()]


def test_what_is_replayed_makes_up_its_share_of_what_trains(lakehouse: Lakehouse) -> None:
    own: list[Row] = [("holdout", False, 9.0, TWO), ("train", False, 2.0, ONE), ("train", False, 4.0, TWO)]
    replay: list[Row] = [("train", True, None, ONE)] * 3 + [("train", True, None, TWO)]
    found = replay_weights(lakehouse, [*own, *replay], share=0.2)
    # 2 and twice 4 train, so 2.5 more are a fifth of 12.5, and five tokens share them
    assert found == pytest.approx([9.0, 2.0, 4.0, 0.5, 0.5, 0.5, 0.5])
    assert replay_weights(lakehouse, [own[0], *replay], share=0.2) == [9.0]
    assert replay_weights(lakehouse, own, share=0.2) == [9.0, 2.0, 4.0]
