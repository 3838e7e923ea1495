"""What came since the last run is decided as by a look at the whole pile, and only where nothing else happened."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from conf import Resolved
from lakehouse import rim
from lakehouse.asking import spark_asker
from lakehouse.change import change_columns, delete_rows
from lakehouse.home import Home
from lakehouse.place import Lakehouse, Place
from lakehouse.read import read
from pipelines.documents.duplicates import batch, step
from tests.lakehouse.rows import stored
from tests.pipelines.documents.duplicates.story import SHEET, Text, decisions, deduplicated, many, take

OTHER = " ".join(reversed(SHEET.split()))
FIRST: dict[str, Text] = {"a": SHEET + " end", "b": SHEET, "c": "words that stand alone in this small world"}
SECOND: dict[str, Text] = {"d": SHEET, "e": {"text": OTHER, "quality": 0.5}, "f": OTHER + " end", "g": OTHER}


def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """By which way each run from now on comes to its end."""
    ways: list[str] = []
    for way in ("_pile", "decided_batch"):
        work = getattr(step, way)
        monkeypatch.setattr(step, way, lambda *args, way=way, work=work: ways.append(way) or work(*args))
    return ways


def test_what_came_is_decided_alone_and_nothing_costs_nothing(
    lakehouse: Lakehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copies and near ones of known and of new documents; then a quality, which decides about nobody who was there."""
    ways = looks(monkeypatch)
    take(lakehouse, FIRST)
    deduplicated(lakehouse)
    assert ways == ["_pile"], "the first run sees nothing else"
    take(lakehouse, SECOND)
    found = deduplicated(lakehouse)
    assert ways == ["_pile", "decided_batch"]
    assert (found.arrived, found.exact, found.near, found.changed) == (4, 2, 1, 3)
    assert decisions(lakehouse) == {"a": None, "b": "a", "c": None, "d": "a", "e": None, "f": "e", "g": "e"}
    bands = read(lakehouse, "signatures").frame.selectExpr("entity_id", "size(bands) > 0").collect()
    assert {row[0] for row in bands if row[1]} == {"a", "b", "c", "e", "f"}, "exact copies are not signed"

    assert deduplicated(lakehouse).arrived == 0
    better = lakehouse.spark.createDataFrame([("c", 0.9)], "document_id string, quality double")
    change_columns(lakehouse, "documents", better)
    assert deduplicated(lakehouse).arrived == 0
    assert ways == ["_pile", "decided_batch"], "not even a look at what is there"


@pytest.mark.slow
def test_more_than_arrivals_is_left_to_a_look_at_everything(
    lakehouse: Lakehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = looks(monkeypatch)
    take(lakehouse, FIRST)
    deduplicated(lakehouse)
    dropped = lakehouse.spark.createDataFrame([("c", "short")], "document_id string, dropped_by string")
    change_columns(lakehouse, "documents", dropped)
    assert deduplicated(lakehouse).arrived == 0
    take(lakehouse, {"d": SHEET})
    delete_rows(lakehouse, "signatures", "entity_id = 'b'", "test")
    delete_rows(lakehouse, "documents", "document_id = 'b'", "test")
    assert deduplicated(lakehouse).arrived == 1
    old = lakehouse.settings.model_copy(update={"deleted_file_retention_hours": 0})
    take(lakehouse, {"e": OTHER})
    later = Lakehouse(lakehouse.spark, Place(lakehouse.place.home, old))
    assert deduplicated(later).arrived == 1, "what changed that long ago may be gone"
    assert ways == ["_pile"] * 4


@pytest.mark.slow
def test_a_batch_comes_to_what_the_pile_comes_to(
    spark: SparkSession, resolved: Resolved, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Families that lie across three batches, with copies in each; every row of both tables, and what was counted.

    In a catalog Spark answers, and more texts than the driver may hold are compared by Spark.
    """
    texts = list(many().items())
    ways, ends = looks(monkeypatch), []
    for way in ("batch", "batch of Spark", "pile"):
        place = Place(Home(tmp_path_factory.mktemp(way)), resolved.settings.lakehouse)
        lakehouse = Lakehouse(spark, place)
        if way == "batch of Spark":
            monkeypatch.setattr(rim, "quickest_asker", spark_asker)
            monkeypatch.setattr(batch, "MOST_CHARACTERS", -1)
        if way == "pile":
            monkeypatch.setattr(step, "newcomers", lambda run, table: None)
        counts = []
        for first in range(3):
            take(lakehouse, dict(texts[first::3]))
            counts.append(deduplicated(lakehouse))
        tables = [read(lakehouse, name).frame.drop("run_id").collect() for name in ("duplicates", "signatures")]
        ends.append((counts, [sorted(map(repr, rows)) for rows in tables]))
    assert ways == ["_pile", "decided_batch", "decided_batch"] * 2 + ["_pile"] * 3
    assert ends[0] == ends[1] == ends[2]
    assert 10 < len(stored(lakehouse, "duplicates", "document_id")) < len(texts) - 10
