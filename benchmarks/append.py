"""`append_missing` of a million rows against a plain Delta append of them, with ten million keys already there.

python -m benchmarks.append [--rows 1000000] [--there 10000000] [--repeats 3]
"""

from __future__ import annotations

import argparse
import tempfile
from functools import partial
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from benchmarks.figures import Figure, figure, report, timed
from conf import load_settings
from lakehouse.ensure import ensure
from lakehouse.home import Home
from lakehouse.place import Lakehouse
from lakehouse.session import open_lakehouse
from lakehouse.write import append_missing

TABLE = "scores"


def rows(lakehouse: Lakehouse, first: int, count: int) -> DataFrame:
    """Scores whose keys are digests, as ours are, so that no file's key range helps."""
    numbered = lakehouse.spark.range(first, first + count, numPartitions=8)
    key = F.substring(F.sha2(F.col("id").cast("string"), 256), 1, 32)
    return numbered.select(
        key.alias("candidate_id"),
        F.lit("length").alias("scorer"),
        F.lit("0123456789abcdef").alias("scorer_digest"),
        F.substring(F.sha2((F.col("id") % 1000).cast("string"), 256), 1, 32).alias("prompt_id"),
        F.lit(1).alias("round"),
        F.rand(seed=1).alias("value"),
        F.rand(seed=2).alias("normalised"),
        F.lit(None).cast("double").alias("uncertainty"),
        F.lit(True).alias("passed"),
        F.lit(None).cast("string").alias("reason"),
        F.lit(None).cast("string").alias("policy_id"),
        F.lit("benchmark").alias("run_id"),
    )


def plain_append(lakehouse: Lakehouse, first: int, count: int, folder: Path) -> None:
    """What a program does that checks nothing."""
    rows(lakehouse, first, count).write.format("delta").mode("append").save(str(folder))


def append_rows(lakehouse: Lakehouse, first: int, count: int) -> None:
    """Ours, from making the frame on."""
    append_missing(lakehouse, TABLE, rows(lakehouse, first, count))


def measure(lakehouse: Lakehouse, count: int, there: int, repeats: int) -> list[Figure]:
    ensure(lakehouse, TABLE)
    folder, plain = lakehouse.place.folder(TABLE), lakehouse.place.home.tables / "plain"
    plain_append(lakehouse, 0, there, folder)
    plain_append(lakehouse, 0, there, plain)
    appends, missing, again = [], [], []
    for turn in range(repeats):
        first = there + turn * count
        appends.append(timed(partial(plain_append, lakehouse, first, count, plain)))
        missing.append(timed(partial(append_rows, lakehouse, first, count)))
        again.append(timed(partial(append_rows, lakehouse, first, count)))
    baseline = figure(f"plain append of {count:,} rows", appends)
    return [
        baseline,
        figure(f"append_missing of {count:,} new rows, {there:,} there", missing, baseline),
        figure("append_missing of the same batch again", again, baseline),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--there", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lakehouse = open_lakehouse(load_settings("demo").settings, Home(Path(folder)))
        report("append_missing against plain append", measure(lakehouse, asked.rows, asked.there, asked.repeats))
        lakehouse.spark.stop()


if __name__ == "__main__":
    main()
