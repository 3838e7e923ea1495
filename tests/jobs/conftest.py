"""A home with two small tables in it, and the program as a person types it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from conf import Resolved
from jobs.command import app
from lakehouse.home import Home
from lakehouse.place import Lakehouse, Place
from lakehouse.write import append_missing
from tests.lakehouse.rows import ratings, scores

Typed = Callable[..., "Outcome"]


class Outcome:
    """What a call of the program came to."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture(scope="session")
def home(spark: SparkSession, resolved: Resolved, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Ratings at versions 0 to 2, scores at 0 and 1; tests only read it."""
    home = Home(tmp_path_factory.mktemp("jobs") / "home")
    lakehouse = Lakehouse(spark, Place(home, resolved.settings.lakehouse))
    append_missing(lakehouse, "ratings", ratings(lakehouse, "a", "b", answer="The Otter,\nof course."), "run-1")
    append_missing(lakehouse, "ratings", ratings(lakehouse, "c"), "run-2")
    append_missing(lakehouse, "scores", scores(lakehouse, "a"), "run-3")
    return home


@pytest.fixture
def typed(home: Home, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """The program in this process, over the shared home."""
    monkeypatch.setenv("LAKEWHEEL_HOME", str(home.folder))
    monkeypatch.delenv("LAKEWHEEL_DEBUG", raising=False)

    def call(*arguments: str, input: str | None = None) -> Outcome:
        result = CliRunner().invoke(app, [*arguments], input=input, prog_name="lakewheel")
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return call


@pytest.fixture
def program(home: Home, tmp_path: Path) -> Typed:
    """The program in a process of its own, started from an empty folder."""
    environment = os.environ | {"LAKEWHEEL_HOME": str(home.folder), "PYTHONPATH": str(Path(__file__).parents[2])}

    def call(*arguments: str, after: str = "") -> Outcome:
        command = [sys.executable, "-m", "jobs.command", *arguments]
        if after:
            command = ["bash", "-o", "pipefail", "-c", f'"$@" {after}', "bash", *command]
        ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=200)
        return Outcome(ended.returncode, ended.stdout, ended.stderr)

    return call
