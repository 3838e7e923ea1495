"""One more column on a frame, computed by a Python function over Arrow batches, where no column expression can."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from lakehouse.arrow import arrow_type

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

Compute = Callable[..., Sequence[Any]]
"""From one list for each column that is read to the values of the new one; it must be a function to be pickled."""


def with_computed(frame: DataFrame, name: str, type: str, compute: Compute, reads: Sequence[str]) -> DataFrame:
    """The frame with a column of a type that tables use; the worker never sees more than a batch."""
    columns = ", ".join(f"`{field.name}` {field.dataType.simpleString()}" for field in frame.schema)
    return frame.mapInArrow(_worker(name, type, compute, tuple(reads)), f"{columns}, `{name}` {type}")


def _worker(
    name: str, type: str, compute: Compute, reads: tuple[str, ...]
) -> Callable[[Iterable[pyarrow.RecordBatch]], Iterator[pyarrow.RecordBatch]]:
    def work(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        for batch in batches:
            values = compute(*(batch.column(column).to_pylist() for column in reads)) if batch.num_rows else []
            yield batch.append_column(name, pyarrow.array(values, arrow_type(type)))

    return work
