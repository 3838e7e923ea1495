"""kill -9 of the driver and of actors while answers are scored: the rerun ends as if nothing had been."""

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
from tests.faults.workers import rate
from tests.pipelines.generate.story import add_prompts
from tests.pipelines.score.story import add_candidates

pytestmark = [pytest.mark.slow, pytest.mark.faults]
DRIVER = ["score.planned", "staging.after_manifest:kill:2", "score.before_merge", "score.after_merge"]
IN_ACTOR = "staging.after_part:kill:3"
ANSWERS = {f"p{number}": ["one", "one two", "one two three", "???"] for number in range(4)}
COMPARED = ("candidate_id", "scorer", "scorer_digest", "value", "normalised", "passed", "reason")


def prepared(folder: Path, spark: SparkSession, resolved: Resolved) -> Lakehouse:
    """A lakehouse with answers that nobody has scored."""
    lakehouse = Lakehouse(spark, Place(Home(folder), resolved.settings.lakehouse))
    add_prompts(lakehouse, {prompt: f"What of {prompt}?" for prompt in ANSWERS})
    add_candidates(lakehouse, ANSWERS)
    return lakehouse


def scores(lakehouse: Lakehouse) -> list[Any]:
    return sorted((tuple(row) for row in read(lakehouse, "scores").frame.select(*COMPARED).collect()), key=str)


def killed(folder: Path, point: str) -> int:
    """What a run ended with that dies at a point."""
    environment = os.environ | {"LAKEWHEEL_FAULT": point if ":" in point else f"{point}:kill"}
    return subprocess.run(
        [sys.executable, "-m", "tests.faults.workers", "rate", str(folder)], env=environment, timeout=280, check=False
    ).returncode


@pytest.fixture(scope="module")
def undisturbed(spark: SparkSession, resolved: Resolved, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    lakehouse = prepared(tmp_path_factory.mktemp("undisturbed"), spark, resolved)
    rate(lakehouse)
    rows = scores(lakehouse)
    assert len(rows) == 3 * sum(map(len, ANSWERS.values()))  # by its scorer, by agreement, and combined
    return rows


@pytest.mark.parametrize("point", DRIVER)
def test_a_killed_driver_is_taken_over_by_the_rerun(
    point: str, undisturbed: list[Any], spark: SparkSession, resolved: Resolved, tmp_path: Path
) -> None:
    lakehouse = prepared(tmp_path, spark, resolved)
    assert killed(tmp_path, point) == -signal.SIGKILL
    rate(lakehouse)
    assert scores(lakehouse) == undisturbed
    assert list(lakehouse.place.home.staging.rglob("*.parquet")) == []


def test_actors_that_die_again_and_again_cost_time_and_nothing_else(
    undisturbed: list[Any], spark: SparkSession, resolved: Resolved, tmp_path: Path
) -> None:
    lakehouse = prepared(tmp_path, spark, resolved)
    assert killed(tmp_path, IN_ACTOR) == 0
    assert scores(lakehouse) == undisturbed
