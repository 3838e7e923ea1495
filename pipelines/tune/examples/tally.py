"""What became of everything that might have taught: how many examples a workload has, and how many it lost and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.tune.examples.rows import REASONS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@dataclass
class Tally:
    """The counts of one workload; `left_out` counts by the words of REASONS.

    Of best answers and pairs a prompt is counted; of singles, groups and labelled answers each answer.
    """

    workload: str
    train: int = 0
    holdout: int = 0
    left_out: dict[str, int] = field(default_factory=dict)


def tallies_of(found: DataFrame) -> list[Tally]:
    """The counts of each workload, in order of their names; `found` as `tune_examples` gives it, held."""
    from pyspark.sql import functions as F

    rows = found.groupBy("workload", "split", "left_out").agg(F.count("*").alias("rows")).collect()
    tallies = {name: Tally(name) for name in sorted({row["workload"] for row in rows})}
    for row in rows:
        own = tallies[row["workload"]]
        if row["left_out"] is not None:
            own.left_out[row["left_out"]] = own.left_out.get(row["left_out"], 0) + row["rows"]
        elif row["split"] == "train":
            own.train += row["rows"]
        else:
            own.holdout += row["rows"]
    return list(tallies.values())


def left_out_in_words(tallies: Sequence[Tally]) -> list[str]:
    """A sentence for each workload and reason, those that lost most first."""
    lost = [(-count, one.workload, why) for one in tallies for why, count in one.left_out.items()]
    return [f"{workload}: {-count} left out, for {REASONS[why]}." for count, workload, why in sorted(lost)]
