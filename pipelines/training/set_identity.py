"""What a whole set of examples is known by: which it holds, in which split, and what each of them counts for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.identity import identity

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def set_id_of(examples: DataFrame, method: str, settings_digest: str) -> str:
    """The identity of a set for a method under settings; the order of the rows does not matter."""
    from pyspark.sql import functions as F

    said = F.concat_ws(":", "example_id", "split", "weight", F.coalesce(F.col("advantage").cast("string"), F.lit("")))
    row = examples.agg(F.sha2(F.concat_ws("\n", F.array_sort(F.collect_list(said))), 256).alias("digest")).first()
    assert row is not None
    return identity("examples", method, row["digest"], settings_digest)
