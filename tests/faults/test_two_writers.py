"""Two processes commit to one table two hundred times: exactly two hundred versions, no row lost or doubled."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from conf import Resolved
from lakehouse.ensure import ensure
from lakehouse.home import Home
from lakehouse.place import Lakehouse, Place
from lakehouse.read import current_version
from tests.lakehouse.rows import stored

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(1200)]


def test_two_hundred_commits_by_two_processes(spark: SparkSession, resolved: Resolved, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    lakehouse = Lakehouse(spark, Place(home, resolved.settings.lakehouse))
    ensure(lakehouse, "ratings")
    command = [sys.executable, "-m", "tests.faults.workers", "commit_many", str(home.folder)]
    writers = [subprocess.Popen([*command, name]) for name in ("anna", "ben")]
    try:
        assert [writer.wait(timeout=1100) for writer in writers] == [0, 0]
    finally:
        for writer in writers:
            writer.kill()
    assert current_version(lakehouse, "ratings") == 200
    shared = [f"shared-{number}" for number in range(0, 100, 2)]
    own = [f"{name}-{number}" for name in ("anna", "ben") for number in range(1, 100, 2)]
    assert stored(lakehouse, "ratings", "rating_id") == sorted(shared + own)
