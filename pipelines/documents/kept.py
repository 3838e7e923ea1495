"""Which documents stay: no rule drops them, they copy no other, and they are good enough as far as anyone knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.near_duplicates.few import sent_if_few

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

KEPT_BY = ("documents", "duplicates")
"""The tables that tell of it."""


def staying_documents(documents: DataFrame, duplicates: DataFrame) -> DataFrame:
    """What has to hold of a document before anybody asks how good it is."""
    copies = sent_if_few(duplicates.select("document_id"))
    return documents.where("dropped_by IS NULL").join(copies, on="document_id", how="left_anti")


def kept_documents(staying: DataFrame, least_quality: float | None) -> DataFrame:
    """The documents that are learned from and found again; None asks for no quality."""
    from pyspark.sql import functions as F

    if least_quality is None:
        return staying
    return staying.where(F.col("quality").isNull() | (F.col("quality") >= least_quality))
