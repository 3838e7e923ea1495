"""An example of a reward model is known by what it says, so that another home trains on the same in the same order."""

from __future__ import annotations

from pathlib import Path

from pyspark.sql import SparkSession

from pipelines.reward.examples import reward_examples
from tests.pipelines.engines.tiny import make_tiny_model
from tests.pipelines.reward.test_step import SCHEMA


def test_who_said_it_names_no_example(spark: SparkSession, tmp_path: Path) -> None:
    base = str(make_tiny_model(tmp_path, spread=0.1))

    def names(rater: str, better: str = "it is red") -> set[str]:
        rows = [
            (f"{rater}{at}", [f"{rater}{at}"], f"p{at}", "colours", "train", [("user", f"Say {at}")], *answers)
            for at in range(3)
            for answers in [(better, "it is one", False, 0.0, 1.0)]
        ]
        examples = reward_examples(spark.createDataFrame(rows, SCHEMA), base, "digest", 64, 1)
        return {row["example_id"] for row in examples.collect()}

    assert len(names("anna")) == 3
    assert names("anna") == names("berta")
    assert not names("anna") & names("anna", better="it is blue")
