"""Which documents stay: no rule drops them, they copy no other, and they are good enough as far as anyone knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

STAYS = "dropped_by IS NULL AND survivor_id IS NULL"
"""What has to hold of a document before anybody asks how good it is."""


def kept_documents(documents: DataFrame, least_quality: float | None) -> DataFrame:
    """The documents that are learned from and found again; None asks for no quality."""
    from pyspark.sql import functions as F

    staying = documents.where(STAYS)
    if least_quality is None:
        return staying
    return staying.where(F.col("quality").isNull() | (F.col("quality") >= least_quality))
