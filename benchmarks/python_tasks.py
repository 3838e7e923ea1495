"""What a Python task of Spark costs before it does anything, by Spark's own daemon and by ours, which spares archives.

    python -m benchmarks.python_tasks [--tasks 80]

Each is measured in a session of its own, one after the other.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pyarrow

from benchmarks.figures import machine, timed
from conf import load_settings
from lakehouse.home import Home
from lakehouse.session import open_session

DAEMONS = ("pyspark.daemon", "lakehouse.python_daemon")


def measure(daemon: str, tasks: int) -> float:
    """Milliseconds a task, on two cores, once the workers are there."""
    settings = load_settings("base", ["spark.cores=2"]).settings
    with tempfile.TemporaryDirectory() as folder:
        extra = {**settings.spark.extra, "spark.python.daemon.module": daemon}
        spark = open_session(settings.spark.model_copy(update={"extra": extra}), settings.lakehouse, Home(Path(folder)))

        def run(partitions: int) -> int:
            return spark.range(0, partitions, 1, partitions).mapInArrow(_as_it_is, "id bigint").count()

        for _ in range(2):
            run(4)
        return 1000 * timed(lambda: run(tasks)) / tasks


def _as_it_is(batches: Iterable[pyarrow.RecordBatch]) -> Iterable[pyarrow.RecordBatch]:
    return batches


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=80)
    parser.add_argument("--daemon", choices=DAEMONS, help="measure this one only; a session takes one for its life")
    chosen = parser.parse_args()
    if chosen.daemon:
        print(json.dumps({"daemon": chosen.daemon, "milliseconds": round(measure(chosen.daemon, chosen.tasks), 1)}))
        return
    print(machine(), flush=True)
    for daemon in DAEMONS:
        here = [sys.executable, "-m", "benchmarks.python_tasks", "--tasks", str(chosen.tasks), "--daemon", daemon]
        subprocess.run(here, check=True)


if __name__ == "__main__":
    main()
