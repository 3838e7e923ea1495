"""A refusal is a row with a reason: what a step hands to the rim for each row that it did not take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lakehouse.identity import identity_column
from lakehouse.tables import table_named

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@dataclass(frozen=True)
class Rejection:
    """One refused row or piece of work; the detail is a sentence and never quotes the content."""

    entity_id: str
    reason: str
    detail: str
    source_file: str | None = None
    source_line: int | None = None
    subject_id: str | None = None


REFUSAL_COLUMNS = {
    "entity_id": "string",
    "reason": "string",
    "detail": "string",
    "source_file": "string",
    "source_line": "bigint",
    "subject_id": "string",
}


def rejection_frame(refused: DataFrame, step: str, run_id: str) -> DataFrame:
    """Rows of the table rejections; the same refusal in a later run is the same row."""
    from pyspark.sql import functions as F

    signed = refused.withColumns({"step": F.lit(step), "run_id": F.lit(run_id)})
    named = signed.withColumn("rejection_id", identity_column("step", "entity_id", "reason"))
    return named.select(*table_named("rejections").names)
