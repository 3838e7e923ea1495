"""A disk that fills up while rows are written: a sentence with a remedy, nothing committed, and the rerun succeeds."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from conf import Resolved
from lakehouse.home import Home
from lakehouse.place import Lakehouse, Place
from lakehouse.read import current_version
from lakehouse.storage_errors import StorageError
from lakehouse.write import append_missing
from tests.lakehouse.rows import ratings, stored

pytestmark = [pytest.mark.slow, pytest.mark.faults]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Four megabytes of memory as a file system; only root on Linux can mount it."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root on Linux")
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], check=False)
    if mounted.returncode:
        pytest.skip("this machine does not let root mount a tmpfs")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)  # Java may still hold a file open


def test_a_full_disk_is_said_in_a_sentence_and_the_rerun_succeeds(
    spark: SparkSession, resolved: Resolved, small_disk: Path
) -> None:
    lakehouse = Lakehouse(spark, Place(Home(small_disk / "home"), resolved.settings.lakehouse))
    append_missing(lakehouse, "ratings", ratings(lakehouse, "before"))
    version = current_version(lakehouse, "ratings")
    ballast = small_disk / "ballast"
    ballast.write_bytes(os.urandom(3 * 2**20))
    incompressible = F.concat(*(F.sha2(F.concat(F.col("rating_id"), F.lit(n)), 512) for n in range(200)))
    many = ratings(lakehouse, *(f"r{n}" for n in range(100))).withColumn("reason", incompressible)
    with pytest.raises(StorageError, match="is full: .* Nothing was committed .*run the command again"):
        append_missing(lakehouse, "ratings", many)
    assert current_version(lakehouse, "ratings") == version
    ballast.unlink()
    append_missing(lakehouse, "ratings", ratings(lakehouse, "after"))
    assert stored(lakehouse, "ratings", "rating_id") == ["after", "before"]
