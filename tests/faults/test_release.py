"""Two processes that promote at once, and kill -9 in the middle of a promote and of a rollback: never a half move."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from conf import Resolved
from lakehouse.home import Home
from lakehouse.place import Lakehouse, Place
from tests.pipelines.release.story import (
    accepted,
    champion,
    decisions,
    measured,
    promoted,
    registry_of,
    released,
    rolled_back,
    served,
)

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(2400)]
POINTS = ["release.noted", "release.moved", "write.before_commit", "write.after_commit", "release.recorded"]


def begin(home: Path, worker: str, *arguments: str, fault: str = "") -> subprocess.Popen[str]:
    """A process of its own that moves the alias."""
    command = [sys.executable, "-m", "tests.faults.workers", worker, str(home), *arguments]
    environment = os.environ | ({"LAKEWHEEL_FAULT": fault} if fault else {})
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)


def moves(lakehouse: Lakehouse) -> list[tuple[str, str]]:
    return [one for one in decisions(lakehouse) if one[0] in ("promote", "rollback")]


def test_of_two_processes_that_promote_at_once_one_moves_and_the_other_is_told_why_not(lakehouse: Lakehouse) -> None:
    accepted(lakehouse, "a", "b")
    home = lakehouse.place.home.folder
    both = {name: begin(home, "promote", name) for name in ("a", "b")}
    said = {name: process.communicate(timeout=600)[1] for name, process in both.items()}
    (winner,) = [name for name, process in both.items() if process.returncode == 0]
    (loser,) = {"a", "b"} - {winner}
    assert f"was accepted when the champion was nobody (the base), and it is {winner} now" in said[loser]
    assert (champion(lakehouse), served(lakehouse)) == (winner, winner)
    assert (moves(lakehouse), registry_of(lakehouse).noted_move()) == ([("promote", winner)], None)


def test_who_waits_for_a_promote_that_is_killed_goes_on_from_where_it_was(lakehouse: Lakehouse) -> None:
    """One hangs between the alias and its verdict, another waits for it, and then the first is killed."""
    accepted(lakehouse, "a", "b")
    home = lakehouse.place.home.folder
    hanging = begin(home, "promote", "a", fault="release.moved:hang")
    wait_for_alias(lakehouse, "a", hanging)
    waiting = begin(home, "promote", "b")
    time.sleep(20)  # long enough to start and to stand before the lock; too short a wait makes this no failure
    assert (waiting.poll(), champion(lakehouse)) == (None, None)
    hanging.kill()
    assert hanging.wait(60) == -signal.SIGKILL
    said = waiting.communicate(timeout=600)[1]
    assert waiting.returncode == 1
    assert "and it is a now" in said
    assert (champion(lakehouse), served(lakehouse), moves(lakehouse)) == ("a", "a", [("promote", "a")])


def wait_for_alias(lakehouse: Lakehouse, policy_id: str, process: subprocess.Popen[str]) -> None:
    for _ in range(240):
        if served(lakehouse) == policy_id:
            return
        assert process.poll() is None, process.stderr and process.stderr.read()
        time.sleep(1)
    raise AssertionError("the alias did not move")


@pytest.fixture(scope="module")
def two_models(
    spark: SparkSession, resolved: Resolved, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lakehouse]:
    """`a` is champion, and `b` is accepted against it; every test below ends as it began."""
    home = Home(tmp_path_factory.mktemp("moves"))
    lakehouse = Lakehouse(spark, Place(home, resolved.settings.lakehouse))
    accepted(lakehouse, "a", "b")
    promoted(lakehouse, "a")
    measured(lakehouse, "b", "a", "of b")
    assert released(lakehouse, "b").decision == "accept"
    yield lakehouse


@pytest.mark.parametrize("point", POINTS)
def test_a_move_that_is_killed_anywhere_is_made_once_by_the_same_command(point: str, two_models: Lakehouse) -> None:
    lakehouse, before = two_models, moves(two_models)
    home = lakehouse.place.home.folder

    assert begin(home, "promote", "b", fault=f"{point}:kill").wait(600) == -signal.SIGKILL
    assert served(lakehouse) == ("a" if point == "release.noted" else "b")
    promoted(lakehouse, "b", again=True)
    assert (champion(lakehouse), served(lakehouse)) == ("b", "b")
    assert (moves(lakehouse), registry_of(lakehouse).noted_move()) == ([*before, ("promote", "b")], None)

    assert begin(home, "roll_back", fault=f"{point}:kill").wait(600) == -signal.SIGKILL
    assert served(lakehouse) == ("b" if point == "release.noted" else "a")
    rolled_back(lakehouse)
    assert (champion(lakehouse), served(lakehouse)) == ("a", "a")
    assert moves(lakehouse) == [*before, ("promote", "b"), ("rollback", "a")]
    assert registry_of(lakehouse).noted_move() is None
