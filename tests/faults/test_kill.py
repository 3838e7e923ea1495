"""kill -9 at every fault point of the write path, then the same again: the rows of an undisturbed run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet
import pytest
from pyspark.sql import SparkSession

from conf import Resolved
from lakehouse.home import Home
from lakehouse.place import Lakehouse, Place
from tests.faults.workers import erase_anna, staged_step
from tests.lakehouse.rows import stored
from tests.lakehouse.story import tell

pytestmark = [pytest.mark.slow, pytest.mark.faults]
POINTS = [
    "staging.before_part",
    "staging.after_part:kill:2",
    "staging.before_manifest:kill:2",
    "staging.after_manifest",
    "staging.before_load",
    "write.checked",
    "write.before_commit",
    "write.after_commit",
    "staging.before_discard",
    "rim.before_ledger",
    "rim.after_ledger",
]


ERASE_POINTS = ["write.before_change", "write.after_change:kill:2", "erase.between:kill:3", "erase.between_vacuums"]


def run_until_killed(home: Path, point: str, worker: str = "staged_step", *arguments: str) -> int:
    plan = point if ":" in point else f"{point}:kill"
    command = [sys.executable, "-m", "tests.faults.workers", worker, str(home), *arguments]
    ended = subprocess.run(command, env=os.environ | {"LAKEWHEEL_FAULT": plan}, timeout=240, check=False)
    return ended.returncode


@pytest.mark.parametrize("point", POINTS)
def test_after_a_kill_a_rerun_ends_as_an_undisturbed_run(
    point: str, spark: SparkSession, resolved: Resolved, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    assert run_until_killed(home.folder, point) == -signal.SIGKILL
    lakehouse = Lakehouse(spark, Place(home, resolved.settings.lakehouse))
    staged_step(lakehouse)
    assert stored(lakehouse, "ratings", "rating_id") == ["a", "b", "c"]
    assert stored(lakehouse, "runs", "status")[-1:] == ["done"]
    runs = stored(lakehouse, "runs", "run_id")
    assert stored(lakehouse, "costs", "run_id") == runs
    assert not (home.staging / "batch").exists()
    assert list(home.locks.glob("*.holder")) == []


@pytest.mark.parametrize("point", ERASE_POINTS)
def test_a_killed_erasure_is_finished_by_the_same_command(
    point: str, spark: SparkSession, resolved: Resolved, tmp_path: Path
) -> None:
    lakehouse = Lakehouse(spark, Place(Home(tmp_path / "home"), resolved.settings.lakehouse))
    tell(lakehouse)
    assert run_until_killed(lakehouse.place.home.folder, point, "erase_anna") == -signal.SIGKILL
    erase_anna(lakehouse)
    assert stored(lakehouse, "requests", "request_id") == ["ben-1"]
    assert stored(lakehouse, "candidates", "candidate_id") == ["c-hello"]
    assert stored(lakehouse, "prompts", "prompt_id") == ["hello", "secret!"]
    parquet = list(lakehouse.place.home.tables.rglob("*.parquet"))
    assert parquet
    assert [file for file in parquet if "Anna's secret" in repr(pyarrow.parquet.read_table(file).to_pylist())] == []
