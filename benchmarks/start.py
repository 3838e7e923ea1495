"""What a person waits for: importing each door, the first answer of `lakewheel sql`, and a rerun with nothing new.

python -m benchmarks.start [--repeats 5]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.figures import Figure, figure, report, timed

DOORS = ("conf", "lakehouse.tables", "jobs.command", "jobs.take", "jobs.sql", "jobs.doctor")
LAKEWHEEL = [sys.executable, "-m", "jobs.command"]
QUERY = "SELECT workload, count(*) FROM requests GROUP BY workload"
LINE = {"messages": [{"role": "user", "content": "How much is the Otter a day?"}], "user": "anna"}


def run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def importing(door: str, repeats: int) -> list[float]:
    return [timed(lambda: run(sys.executable, "-c", f"import {door}")) for _ in range(repeats)]


def imports(repeats: int) -> list[Figure]:
    """Each door in a process of its own, beside an empty one."""
    bare = figure("python -c pass", [timed(lambda: run(sys.executable, "-c", "pass")) for _ in range(repeats)])
    doors = [figure(f"import {door}", importing(door, repeats), bare) for door in DOORS]
    return [bare, *doors]


def first_answers(home: str, repeats: int) -> list[Figure]:
    """The same query by DuckDB and by Spark, whole processes."""
    command = [*LAKEWHEEL, "--home", home, "sql", QUERY]
    spark = figure(
        "lakewheel sql --engine spark", [timed(lambda: run(*command, "--engine", "spark")) for _ in range(2)]
    )
    duckdb = figure("lakewheel sql", [timed(lambda: run(*command)) for _ in range(repeats)], spark)
    return [spark, duckdb]


def reruns(home: str, logs: Path) -> list[Figure]:
    """A thousand requests, then the same file again: whole processes, the start of Spark included."""
    take = [*LAKEWHEEL, "--home", home, "prompts", "take", str(logs)]
    first = figure("lakewheel prompts take, 1000 requests", [timed(lambda: run(*take))])
    return [first, figure("the same again, nothing new", [timed(lambda: run(*take)) for _ in range(2)], first)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home, logs = str(Path(folder, "home")), Path(folder, "log.jsonl")
        logs.write_text("".join(json.dumps({"id": str(n), **LINE}) + "\n" for n in range(1000)))
        figures = [*reruns(home, logs), *first_answers(home, asked.repeats), *imports(asked.repeats)]
    report("what a person waits for (ratios: against the line above each group)", figures)


if __name__ == "__main__":
    main()
