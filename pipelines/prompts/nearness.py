"""What near duplicates are looked for in: the person's own words, of new prompts and of those that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.prompts.normal import user_text_column

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def texts_of(prompts: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F

    return prompts.select(
        F.col("prompt_id").alias("entity_id"),
        user_text_column("messages").alias("text"),
        F.col("asked_at").alias("since"),
    )


def known_texts(known: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F

    survivor = known.select(
        F.col("prompt_id").alias("entity_id"), F.coalesce("near_duplicate_of", "prompt_id").alias("survivor_id")
    )
    return texts_of(known).join(survivor, on="entity_id", how="inner")
