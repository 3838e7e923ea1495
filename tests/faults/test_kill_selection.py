"""kill -9 between any two writes of a selection, then the same again: the tables of an undisturbed one."""

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
from tests.faults.workers import select_story
from tests.pipelines.prompts.requests import log, request

pytestmark = [pytest.mark.slow, pytest.mark.faults]
POINTS = ["write.after_commit:kill:1", "write.after_commit:kill:2", "write.before_commit:kill:3", "rim.before_ledger"]
"""After the rejections, after the signatures, before the prompts, and after them."""
TABLES = ("prompts", "signatures", "rejections")
REQUESTS = (
    request("oven", "How heavy is the oven that stands behind the old barn?"),
    request("near", "How heavy is the oven that stands behind the old barn? please", day=2),
    request("open", "Where is the depot?", workload=None),
    request("silent", " "),
)


def content(lakehouse: Lakehouse) -> dict[str, list[Any]]:
    tables = {name: read(lakehouse, name).frame.drop("run_id").collect() for name in TABLES}
    return {name: sorted(map(repr, rows)) for name, rows in tables.items()}


def fresh(spark: SparkSession, resolved: Resolved, folder: Path) -> Lakehouse:
    lakehouse = Lakehouse(spark, Place(Home(folder), resolved.settings.lakehouse))
    log(lakehouse, *REQUESTS)
    return lakehouse


@pytest.fixture(scope="module")
def undisturbed(
    spark: SparkSession, resolved: Resolved, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Any]]:
    lakehouse = fresh(spark, resolved, tmp_path_factory.mktemp("undisturbed"))
    select_story(lakehouse)
    return content(lakehouse)


@pytest.mark.parametrize("point", POINTS)
def test_after_a_kill_the_same_command_ends_as_an_undisturbed_one(
    point: str, undisturbed: dict[str, list[Any]], spark: SparkSession, resolved: Resolved, tmp_path: Path
) -> None:
    lakehouse = fresh(spark, resolved, tmp_path)
    plan = point if ":" in point else f"{point}:kill"
    command = [sys.executable, "-m", "tests.faults.workers", "select_story", str(tmp_path)]
    ended = subprocess.run(command, env=os.environ | {"LAKEWHEEL_FAULT": plan}, timeout=240, check=False)
    assert ended.returncode == -signal.SIGKILL
    select_story(lakehouse)
    assert {name: len(rows) for name, rows in undisturbed.items()} == {"prompts": 3, "signatures": 3, "rejections": 1}
    assert content(lakehouse) == undisturbed
