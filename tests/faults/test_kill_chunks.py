"""kill -9 while passages are cut, embedded and replaced: the rerun ends with the passages of an undisturbed one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy
import pytest
from pyspark.sql import SparkSession

from conf import Resolved
from lakehouse.home import Home
from lakehouse.place import Lakehouse, Place
from lakehouse.read import read
from lakehouse.write import append_missing
from tests.faults.workers import chunk
from tests.lakehouse.rows import frame
from tests.pipelines.documents.rows import add_documents

pytestmark = [pytest.mark.slow, pytest.mark.faults]
POINTS = ["write.after_commit", "chunks.before_merge", "chunks.before_stale", "rim.before_ledger"]
"""Passages are cut and not embedded; embedded and staged; merged, and the old ones are there; all but written down."""
OTTER = "# Otter\nThe otter is a tea urn. It holds nine litres of water.\n\nIts filter is rinsed every Monday."

Passages = dict[str, dict[str, Any]]


def story(folder: Path, spark: SparkSession, resolved: Resolved) -> Lakehouse:
    """Two documents with their passages; then one of them is dropped, and a third has come."""
    lakehouse = Lakehouse(spark, Place(Home(folder), resolved.settings.lakehouse))
    add_documents(lakehouse, {"a": "The heron is a bread oven.", "b": "The swift is a kettle."})
    chunk(lakehouse)
    first = read(lakehouse, "documents").frame.where("document_id = 'a'").collect()
    dropped = [row.asDict() | {"dropped_by": "gopher"} for row in first]
    append_missing(lakehouse, "documents", frame(lakehouse, "documents", dropped), refresh=("dropped_by",))
    add_documents(lakehouse, {"c": OTTER})
    return lakehouse


def passages(lakehouse: Lakehouse) -> Passages:
    rows = read(lakehouse, "chunks").frame.drop("run_id").collect()
    return {row.chunk_id: row.asDict() for row in rows}


@pytest.fixture(scope="module")
def undisturbed(spark: SparkSession, resolved: Resolved, tmp_path_factory: pytest.TempPathFactory) -> Passages:
    lakehouse = story(tmp_path_factory.mktemp("undisturbed"), spark, resolved)
    chunk(lakehouse)
    found = passages(lakehouse)
    assert len(found) == 1 + 2 and len({row["document_id"] for row in found.values()}) == 2
    return found


@pytest.mark.parametrize("point", POINTS)
def test_after_a_kill_the_same_command_ends_with_the_same_passages(
    point: str, undisturbed: Passages, spark: SparkSession, resolved: Resolved, tmp_path: Path
) -> None:
    lakehouse = story(tmp_path, spark, resolved)
    assert chunked_apart(tmp_path, f"{point}:kill") == -signal.SIGKILL
    chunk(lakehouse)
    assert_same(lakehouse, undisturbed)


def test_an_actor_that_dies_over_a_passage_ends_no_run(
    undisturbed: Passages, spark: SparkSession, resolved: Resolved, tmp_path: Path
) -> None:
    """It has embedded and staged its second passage and not said so; another actor embeds that one again."""
    lakehouse = story(tmp_path, spark, resolved)
    assert chunked_apart(tmp_path, "staging.after_part:kill:2") == 0
    assert_same(lakehouse, undisturbed)


def chunked_apart(home: Path, fault: str) -> int:
    command = [sys.executable, "-m", "tests.faults.workers", "chunk", str(home)]
    return subprocess.run(command, env=os.environ | {"LAKEWHEEL_FAULT": fault}, timeout=240, check=False).returncode


def assert_same(lakehouse: Lakehouse, undisturbed: Passages) -> None:
    found = passages(lakehouse)
    assert found.keys() == undisturbed.keys()
    for name, row in undisturbed.items():
        assert numpy.allclose(found[name].pop("embedding"), row["embedding"], atol=1e-5)
        assert found[name] == {key: value for key, value in row.items() if key != "embedding"}
    assert list(lakehouse.place.home.staging.rglob("*.parquet")) == []
