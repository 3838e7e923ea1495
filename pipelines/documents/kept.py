"""Which documents stay: no rule drops them, they copy no other, and they are good enough as far as anyone knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.near_duplicates.few import sent_if_few

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

KEPT_BY = ("documents", "duplicates")
"""The tables that say which documents stay."""


def staying_documents(documents: DataFrame, duplicates: DataFrame) -> DataFrame:
    """The documents that no rule drops and that copy no other one, before anybody asks how good they are."""
    copies = sent_if_few(duplicates.select("document_id"))
    return documents.where("dropped_by IS NULL").join(copies, on="document_id", how="left_anti")


def kept_documents(staying: DataFrame, least_quality: float | None) -> DataFrame:
    """The documents that are learned from and found again; None asks for no quality."""
    from pyspark.sql import functions as F

    if least_quality is None:
        return staying
    return staying.where(F.col("quality").isNull() | (F.col("quality") >= least_quality))
