"""What pairs of every origin have in common: the prompts that may train, the best few of each, rows of preferences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lakehouse.identity import identity_column
from pipelines.pieces import row_columns

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

TABLE = "preferences"
NAMED = {"rating_ids": "array<string>", "request_ids": "array<string>", "candidate_ids": "array<string>"}
"""What a pair may be derived from."""


def prompts_that_train(prompts: DataFrame) -> DataFrame:
    """prompt_id, workload and the text of every prompt that is not held out."""
    return prompts.where("split = 'train'").select("prompt_id", "workload", prompt_text("messages").alias("prompt"))


def without_held_out(told: DataFrame, prompts: DataFrame) -> DataFrame:
    """What people told about prompts that are not ours, or that may train."""
    held_out = prompts.where("split <> 'train'").select("prompt_id")
    return told.join(held_out, on="prompt_id", how="left_anti")


def prompt_text(messages: str) -> Column:
    """The conversation as one text: the words of its only message, else each under who said it."""
    from pyspark.sql import functions as F

    told = F.transform(messages, lambda one: F.concat(one["role"], F.lit(": "), one["content"]))
    return F.when(F.size(messages) == 1, F.element_at(messages, 1)["content"]).otherwise(F.array_join(told, "\n\n"))


def first_of_each(pairs: DataFrame, by: Sequence[str], order: Sequence[Column | str], most: int) -> DataFrame:
    """So many pairs of each group, in an order that ends with the answers themselves, so that no chance decides."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    window = Window.partitionBy(*by).orderBy(*order, "chosen", "rejected")
    return pairs.withColumn("place", F.row_number().over(window)).where(F.col("place") <= most).drop("place")


def preference_rows(pairs: DataFrame, origin: str) -> DataFrame:
    """Rows of the table preferences but for the run; the same pair of one origin is one row, whatever it came from."""
    from pyspark.sql import functions as F

    first, second = F.least("chosen", "rejected"), F.greatest("chosen", "rejected")
    added = {name: F.lit(None).cast(type) for name, type in NAMED.items() if name not in pairs.columns}
    named = pairs.withColumns(added).withColumns(
        {
            "preference_id": identity_column("prompt_id", first, second, F.lit(f"origin {origin}")),
            "origin": F.lit(origin),
            "tie": F.lit(False),
            "request_id": F.lit(None).cast("string"),
            "rater_id": F.lit(None).cast("string"),
        }
    )
    once = first_of_each(named, ["preference_id"], ["candidate_ids"], most=1)
    return once.select(*row_columns(TABLE))
