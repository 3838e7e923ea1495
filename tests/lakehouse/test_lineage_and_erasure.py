"""Lineage finds every relative both ways; erasure deletes those rows and their bytes, and can be repeated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet
import pytest
from pyspark.sql import SparkSession

from conf import Resolved, load_settings
from lakehouse.asking import spark_asker
from lakehouse.erase import UnfinishedWork, erase
from lakehouse.erasure import plan_erasure
from lakehouse.home import Home
from lakehouse.lineage import UnknownId, lineage_of
from lakehouse.place import Lakehouse, Place
from lakehouse.provenance import Provenance
from lakehouse.staging import list_parts, stage_part
from tests.lakehouse.rows import stored
from tests.lakehouse.story import tell

TRACKING = load_settings("test").settings.tracking
AFTER = {
    "requests": ["ben-1"],
    "prompts": ["hello", "secret!"],
    "candidates": ["c-hello"],
    "scores": ["c-hello"],
    "examples": ["set-1", "set-2"],
    "ratings": ["unrelated"],
    "rejections": [],
    "policies": ["base", "clean", "tuned-1", "tuned-2"],
}


@pytest.fixture(scope="module")
def told(spark: SparkSession, resolved: Resolved, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lakehouse]:
    """The story, for tests that only look at it."""
    place = Place(Home(tmp_path_factory.mktemp("told")), resolved.settings.lakehouse)
    lakehouse = Lakehouse(spark, place)
    tell(lakehouse)
    yield lakehouse


def test_a_model_came_from_examples_candidates_prompts_and_requests(told: Lakehouse) -> None:
    lineage = lineage_of(spark_asker(told), "tuned-1")
    came_from = {relatives.table: relatives.ids for relatives in lineage.came_from}
    assert came_from == {
        "requests": ("anna-1", "anna-2", "ben-1"),
        "prompts": ("hello", "secret"),
        "candidates": ("c-hello", "c-secret"),
        "ratings": ("anna-rated",),
        "examples": ("set-1",),
        "policies": ("base",),
    }
    drawn_at = next(relatives.runs for relatives in lineage.came_from if relatives.table == "candidates")
    assert [(run["step"], run["inputs"]) for run in drawn_at] == [("generate", {"prompts": 1})]


def test_a_prompt_was_made_into_candidates_scores_and_models_but_not_into_all_that_those_models_did(
    told: Lakehouse,
) -> None:
    lineage = lineage_of(spark_asker(told), "secret")
    assert {relatives.table: relatives.ids for relatives in lineage.made_into} == {
        "prompts": ("secret!",),
        "ratings": ("ben-rated",),
        "candidates": ("c-secret",),
        "scores": ("c-secret",),
        "examples": ("set-1",),
        "policies": ("tuned-1", "tuned-2"),
    }


def test_an_unknown_id_says_how_to_find_one(told: Lakehouse) -> None:
    with pytest.raises(UnknownId, match="no table has a row with the id `o'nobody`"):
        lineage_of(spark_asker(told), "o'nobody")


def test_an_erasure_is_planned_from_the_leaves_and_names_the_models(told: Lakehouse) -> None:
    plan = plan_erasure(spark_asker(told), "anna")
    deeds: Counter[tuple[str, str]] = Counter()
    for one in plan.doomed:
        deeds[one.table, one.deed] += one.rows
    deeds = +deeds  # without the references whose rows another one had doomed already
    assert deeds == {
        ("rejections", "delete"): 1,
        ("scores", "delete"): 1,
        ("examples", "delete"): 3,
        ("candidates", "delete"): 1,
        ("ratings", "delete"): 2,
        ("prompts", "delete"): 1,
        ("prompts", "clear"): 1,
        ("prompts", "trim"): 1,
        ("requests", "delete"): 2,
    }
    assert plan.doomed[-1].table == "requests"
    assert plan.models == ("tuned-1", "tuned-2")
    assert plan.prompts == ("secret",)


@pytest.mark.slow
def test_erased_rows_and_their_bytes_are_gone_and_nobody_elses(lakehouse: Lakehouse, provenance: Provenance) -> None:
    tell(lakehouse)
    changed = erase(lakehouse, plan_erasure(spark_asker(lakehouse), "anna"), provenance, TRACKING)
    assert changed == 13
    left = {table: stored(lakehouse, table, column) for table, column in _keys().items()}
    assert left == AFTER
    prompts = {row["prompt_id"]: row for row in lakehouse.spark.table(lakehouse.identifier("prompts")).collect()}
    assert prompts["hello"]["request_ids"] == ["ben-1"]
    assert prompts["secret!"]["near_duplicate_of"] is None
    assert "Anna's secret" not in _every_value(lakehouse.place.home.tables)
    assert "'anna'" not in _every_value(lakehouse.place.home.tables)
    assert plan_erasure(spark_asker(lakehouse), "anna").rows == 0


def test_erasure_waits_for_staged_rows(lakehouse: Lakehouse, provenance: Provenance) -> None:
    folder = lakehouse.place.home.staging / "batch"
    list_parts(folder, "ratings", [stage_part(folder, "ratings", "part", [])])
    with pytest.raises(UnfinishedWork, match="Nothing was erased"):
        erase(lakehouse, plan_erasure(spark_asker(lakehouse), "anna"), provenance, TRACKING)


def test_erasure_waits_for_a_training_that_did_not_end(lakehouse: Lakehouse, provenance: Provenance) -> None:
    examples = lakehouse.place.home.checkpoints / "tuned" / "someone" / "set" / "examples.parquet"
    examples.parent.mkdir(parents=True)
    examples.touch()
    with pytest.raises(UnfinishedWork, match="tuned/someone/set"):
        erase(lakehouse, plan_erasure(spark_asker(lakehouse), "anna"), provenance, TRACKING)


def _keys() -> dict[str, str]:
    from lakehouse.tables import TABLES

    return {name: TABLES[name].key[0] for name in AFTER}


def _every_value(folder: Path) -> str:
    """Every value of every Parquet file below a folder, live or not, and every Delta log entry, as text."""
    files = list(folder.rglob("*.parquet"))
    assert files
    parquet = [repr(pyarrow.parquet.read_table(file).to_pylist()) for file in files]
    return "\n".join(parquet + [log.read_text() for log in folder.rglob("*.json")])
