"""kill -9 of driver, actors and Ray's head while candidates are drawn: the rerun ends as if nothing had been."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from pyspark.sql import SparkSession

from conf import Resolved
from lakehouse.home import Home
from lakehouse.place import Lakehouse, Place
from lakehouse.read import read
from tests.faults.workers import PROMPTS, draw
from tests.lakehouse.rows import stored
from tests.pipelines.generate.story import add_prompts

pytestmark = [pytest.mark.slow, pytest.mark.faults]
POINTS = [
    "generate.planned",
    "staging.before_manifest:kill:2",
    "staging.after_manifest:kill:2",
    "generate.before_merge",
    "write.after_commit:kill:2",
    "generate.after_merge",
    "staging.before_discard",
    "rim.before_ledger",
]
IN_ACTORS = ["staging.after_part:kill:5", "crew.before_batch:kill:5", "crew.after_batch:kill:5"]
COMPARED = ("candidate_id", "prompt_id", "strategy", "sample_index", "answer", "seed", "log_probability")


def lakehouse_at(folder: Path, spark: SparkSession, resolved: Resolved) -> Lakehouse:
    return Lakehouse(spark, Place(Home(folder), resolved.settings.lakehouse))


def begin(home: Path, fault: str = "", **variables: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {"LAKEWHEEL_FAULT": fault} | variables if fault else os.environ | variables
    return subprocess.Popen([sys.executable, "-m", "tests.faults.workers", "draw", str(home)], env=environment)


def drawn(lakehouse: Lakehouse) -> list[Any]:
    return sorted(tuple(row) for row in read(lakehouse, "candidates").frame.select(*COMPARED).collect())


@pytest.fixture(scope="module")
def undisturbed(spark: SparkSession, resolved: Resolved, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    lakehouse = lakehouse_at(tmp_path_factory.mktemp("undisturbed"), spark, resolved)
    add_prompts(lakehouse, PROMPTS)
    draw(lakehouse)
    rows = drawn(lakehouse)
    assert len(rows) == 2 * len(PROMPTS)
    return rows


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_driver_is_taken_over_by_the_rerun(
    point: str, undisturbed: list[Any], spark: SparkSession, resolved: Resolved, tmp_path: Path
) -> None:
    lakehouse = lakehouse_at(tmp_path, spark, resolved)
    add_prompts(lakehouse, PROMPTS)
    killed = begin(tmp_path, point if ":" in point else f"{point}:kill")
    assert killed.wait(240) == -signal.SIGKILL
    draw(lakehouse)
    assert drawn(lakehouse) == undisturbed
    if lakehouse.exists("runs"):  # a run that died behind its last write leaves nothing to do, so nothing to record
        (done,) = read(lakehouse, "runs").frame.where("step = 'generate' AND status = 'done'").collect()
        assert done.rows_in == done.rows_out + done.rows_rejected == len(undisturbed)
    assert lakehouse.exists("runs") or point in POINTS[-2:]
    assert list((lakehouse.place.home.staging).rglob("*.parquet")) == []


@pytest.mark.parametrize("point", IN_ACTORS)
def test_actors_that_die_again_and_again_cost_time_and_nothing_else(
    point: str, undisturbed: list[Any], spark: SparkSession, resolved: Resolved, tmp_path: Path
) -> None:
    """Each actor dies on its fifth batch, so that no prompt has it three times; the driver passes no such point."""
    lakehouse = lakehouse_at(tmp_path, spark, resolved)
    add_prompts(lakehouse, PROMPTS)
    ended = begin(tmp_path, point)
    assert ended.wait(240) == 0
    assert drawn(lakehouse) == undisturbed
    assert "rejections" not in lakehouse.place.local_tables()


def test_when_rays_head_is_killed_the_run_ends_and_the_rerun_completes_it(
    undisturbed: list[Any], spark: SparkSession, resolved: Resolved, tmp_path: Path
) -> None:
    lakehouse = lakehouse_at(tmp_path, spark, resolved)
    add_prompts(lakehouse, PROMPTS)
    running = begin(tmp_path, "crew.after_batch:hang:3")
    family: set[psutil.Process] = set()
    try:
        head = _head_at_work(running, tmp_path)
        family |= set(psutil.Process(running.pid).children(recursive=True))
        head.kill()
        assert running.wait(200) != 0
    finally:
        for process in [*family, psutil.Process(running.pid)] if running.poll() is None else family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
    draw(lakehouse)
    assert drawn(lakehouse) == undisturbed
    assert stored(lakehouse, "runs", "status")[-1] in ("done", "failed")


def _head_at_work(running: subprocess.Popen[bytes], home: Path, seconds: float = 500) -> psutil.Process:
    """Ray's head under a driver, once the first part is listed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and running.poll() is None:
        if list(home.glob("staging/**/manifest.json")):
            family = psutil.Process(running.pid).children(recursive=True)
            return next(process for process in family if "gcs_server" in process.name())
        time.sleep(0.5)
    raise TimeoutError(f"nothing was drawn in {seconds:g} seconds; the run ended with {running.poll()}")
