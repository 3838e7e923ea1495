"""Columns that Python computes: the same whether a worker computes them or, where rows are few, this process."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest

from pipelines import arrow_columns
from pipelines.arrow_columns import with_slowly_begun

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SCHEMA = "name string, at timestamp, marks map<string,double>, said array<struct<role:string,content:string>>"
ROWS = [
    ("a", datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=timezone.utc), {"x": 0.5}, [("user", "hello")]),
    ("b", None, None, []),
    ("c", datetime(2026, 6, 2, tzinfo=timezone.utc), {}, None),
]
LENGTH = "struct<length:int,shouted:string>"


def _measured(names: Sequence[str]) -> list[dict[str, object]]:
    return [{"length": len(name), "shouted": name.upper()} for name in names]


def _process(names: Sequence[str]) -> list[int]:
    return [os.getpid()] * len(names)


@pytest.mark.parametrize("few", [2, 3])
def test_few_rows_and_many_come_to_the_same(spark: SparkSession, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(arrow_columns, "FEW", few)
    frame = spark.createDataFrame(ROWS, SCHEMA)
    found = with_slowly_begun(frame, "measured", LENGTH, _measured, ["name"])
    assert [(field.name, field.dataType) for field in found.schema][:-1] == [
        (field.name, field.dataType) for field in frame.schema
    ]
    assert sorted(found.drop("measured").collect()) == sorted(frame.collect())
    assert {row["name"]: tuple(row["measured"]) for row in found.collect()} == {
        name: (1, name.upper()) for name in ("a", "b", "c")
    }


@pytest.mark.parametrize(("few", "is_here"), [(2, False), (3, True)])
def test_only_few_rows_are_computed_here(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch, few: int, is_here: bool
) -> None:
    monkeypatch.setattr(arrow_columns, "FEW", few)
    found = with_slowly_begun(spark.createDataFrame(ROWS, SCHEMA), "process", "bigint", _process, ["name"])
    assert ({row["process"] for row in found.collect()} == {os.getpid()}) is is_here


def test_no_row_has_the_column_too(spark: SparkSession) -> None:
    found = with_slowly_begun(spark.createDataFrame([], SCHEMA), "measured", LENGTH, _measured, ["name"])
    assert found.collect() == []
    assert found.schema["measured"].dataType.simpleString() == LENGTH
