"""The settings and the Spark properties for Kubernetes at work, with this machine in the place of the cluster."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lakehouse.jars import delta_jars
from lakehouse.java import java_home
from tests.conftest import QUICK_JAVA
from tests.resources.bundle import ROOT
from tests.scheduling.kubernetes import FOLDER, spark_defaults


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_step_runs_in_the_session_that_these_properties_make(tmp_path: Path) -> None:
    """All properties as they are but those that only a cluster has; Delta's JARs are named, which the image holds."""
    properties = {name: value for name, value in spark_defaults().items() if not name.startswith("spark.kubernetes.")}
    here = {
        "spark.master": "local[1]",
        "spark.driver.memory": "1g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.jars": ",".join(map(str, delta_jars())),
        "spark.sql.warehouse.dir": str(tmp_path / "warehouse"),
        "spark.sql.shuffle.partitions": "1",
        "spark.databricks.delta.snapshotPartitions": "1",
        "spark.ui.enabled": "false",
    }
    assert len(properties.keys() & here.keys()) == 6
    (tmp_path / "spark-defaults.conf").write_text("\n".join(f"{k} {v}" for k, v in {**properties, **here}.items()))
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "one.txt").write_text("The Otter costs 35 a day and holds four people.")
    ended = lakewheel(tmp_path, "documents", "take", str(tmp_path / "documents"))
    assert ended.returncode == 0, ended.stderr
    said = lakewheel(tmp_path, "sql", "SELECT text FROM documents", "--format", "csv")
    assert said.stdout.splitlines() == ["text", "The Otter costs 35 a day and holds four people."]


def lakewheel(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SPARK_CONF_DIR": str(folder),
        "JAVA_HOME": str(java_home()),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_SUBMIT_OPTS": QUICK_JAVA,
        "LAKEWHEEL_HOME": str(folder / "home"),
    }
    command = [sys.executable, "-m", "jobs.command", "--conf", str(FOLDER / "settings.yml"), *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=500)
