"""Signatures of texts as rows of the table signatures."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from conf.near_duplicates import NearDuplicateSettings
from lakehouse.faults import fault_point
from pipelines.arrow_columns import with_arrays
from pipelines.near_duplicates.minhash import bands_of, signatures_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SKETCH = {"bands": "array<bigint>"}


def signed(texts: DataFrame, settings: NearDuplicateSettings) -> DataFrame:
    """From texts (entity_id, text and what else there is) to all of it but the text, with the bands of its MinHash."""
    kept = [name for name in texts.columns if name != "text"]
    return with_arrays(texts, SKETCH, partial(_sketches, settings=settings), reads=["text"], keeps=kept)


def _sketches(texts: Any, settings: NearDuplicateSettings) -> tuple[Any]:
    fault_point("near_duplicates.working")
    return (_lists(bands_of(signatures_of(texts, settings), settings)),)


def _lists(rows: Any) -> Any:
    """A matrix as an Arrow column of lists."""
    import numpy
    import pyarrow

    offsets = numpy.arange(len(rows) + 1, dtype=numpy.int32) * rows.shape[1]
    return pyarrow.ListArray.from_arrays(offsets, pyarrow.array(rows.reshape(-1)))
