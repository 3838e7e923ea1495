"""kill -9 between any two writes of a deduplication, then the same again: the tables of an undisturbed one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from conf import Resolved
from lakehouse.home import Home
from lakehouse.place import Lakehouse, Place
from lakehouse.read import read
from tests.faults.workers import deduplicate
from tests.pipelines.documents.duplicates.story import SHEET, decisions, many, take

pytestmark = [pytest.mark.slow, pytest.mark.faults]
POINTS = ["deduplicate.survivors_written:kill", "rim.before_ledger:kill"]
"""After the survivors and before the signatures; after both."""


def story(spark: SparkSession, resolved: Resolved, folder: Path) -> Lakehouse:
    """A decided batch, and one that is to be decided: a copy, a near one of each batch, and one alone."""
    lakehouse = Lakehouse(spark, Place(Home(folder), resolved.settings.lakehouse))
    take(lakehouse, {"a": SHEET, "b": "something else that nobody has written before"})
    deduplicate(lakehouse)
    near = "of another sheet " + " ".join(reversed(SHEET.split()))
    take(lakehouse, {"c": SHEET, "d": SHEET + " end", "e": near, "f": near + " end", "g": "and one alone"})
    return lakehouse


def content(lakehouse: Lakehouse) -> dict[str, list[str]]:
    tables = {
        name: read(lakehouse, name).frame.drop("run_id").collect() for name in ("documents", "duplicates", "signatures")
    }
    return {name: sorted(map(repr, rows)) for name, rows in tables.items()}


@pytest.fixture(scope="module")
def undisturbed(
    spark: SparkSession, resolved: Resolved, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Any]]:
    lakehouse = story(spark, resolved, tmp_path_factory.mktemp("undisturbed"))
    deduplicate(lakehouse)
    assert decisions(lakehouse) == {"a": None, "b": None, "c": "a", "d": "a", "e": "f", "f": None, "g": None}
    return content(lakehouse)


@pytest.mark.parametrize("point", POINTS)
def test_after_a_kill_the_same_command_ends_as_an_undisturbed_one(
    point: str, undisturbed: dict[str, list[Any]], spark: SparkSession, resolved: Resolved, tmp_path: Path
) -> None:
    lakehouse = story(spark, resolved, tmp_path)
    command = [sys.executable, "-m", "tests.faults.workers", "deduplicate", str(tmp_path)]
    ended = subprocess.run(command, env=os.environ | {"LAKEWHEEL_FAULT": point}, timeout=240, check=False)
    assert ended.returncode == -signal.SIGKILL
    deduplicate(lakehouse)
    assert content(lakehouse) == undisturbed


def test_a_task_whose_worker_died_is_tried_again_and_decides_the_same(
    spark: SparkSession, resolved: Resolved, tmp_path: Path
) -> None:
    """A worker that has signed dies when it is to compare, in a look at everything; Spark tries the task again."""
    undisturbed, disturbed = (
        Lakehouse(spark, Place(Home(tmp_path / name), resolved.settings.lakehouse)) for name in ("undisturbed", "other")
    )
    for lakehouse in (undisturbed, disturbed):
        take(lakehouse, many())
    deduplicate(undisturbed)
    home = disturbed.place.home.folder
    command = [sys.executable, "-m", "tests.faults.workers", "deduplicate", str(home)]
    fault = {"LAKEWHEEL_FAULT": "near_duplicates.working:kill:2"}
    assert subprocess.run(command, env=os.environ | fault, timeout=240, check=False).returncode == 0
    assert "Python worker exited unexpectedly" in "".join(
        file.read_text(errors="replace") for file in (home / "logs").glob("*.log")
    )
    assert content(disturbed) == content(undisturbed)
    assert any(decisions(disturbed).values())
