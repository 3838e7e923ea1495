"""Columns computed by a Python function over Arrow batches, where no column expression can."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from lakehouse.arrow import arrow_type

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

Rows = TypeVar("Rows", "pyarrow.RecordBatch", "pyarrow.Table")
Compute = Callable[..., Sequence[Any]]
"""From one list for each column that is read to the values of the new one; it must be a function to be pickled."""
FEW = 1000
"""So many rows are computed sooner here than by a worker that first loads a tokenizer or a model."""


def with_computed(frame: DataFrame, name: str, type: str, compute: Compute, reads: Sequence[str]) -> DataFrame:
    """The frame with a column of a type that tables use; the worker never sees more than a batch."""
    schema = ", ".join([*_fields(frame), f"`{name}` {type}"])
    return frame.mapInArrow(_worker(name, type, compute, tuple(reads)), schema)


def with_slowly_begun(frame: DataFrame, name: str, type: str, compute: Compute, reads: Sequence[str]) -> DataFrame:
    """The same by a function that takes seconds to begin; few rows are computed in this process, which begins once."""
    few = frame.limit(FEW + 1).toArrow()
    if few.num_rows > FEW:
        return with_computed(frame, name, type, compute, reads)
    schema = ", ".join([*_fields(frame), f"`{name}` {type}"])
    if not few.num_rows:
        return frame.sparkSession.createDataFrame([], schema)
    return frame.sparkSession.createDataFrame(_computed(few, name, type, compute, reads), schema)


def _fields(frame: DataFrame) -> list[str]:
    return [f"`{field.name}` {field.dataType.simpleString()}" for field in frame.schema]


def _worker(
    name: str, type: str, compute: Compute, reads: tuple[str, ...]
) -> Callable[[Iterable[pyarrow.RecordBatch]], Iterator[pyarrow.RecordBatch]]:
    def work(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            yield _computed(batch, name, type, compute, reads)

    return work


def _computed(rows: Rows, name: str, type: str, compute: Compute, reads: Sequence[str]) -> Rows:
    import pyarrow

    values = compute(*(rows.column(column).to_pylist() for column in reads)) if rows.num_rows else []
    return rows.append_column(name, pyarrow.array(values, arrow_type(type)))


def with_arrays(
    frame: DataFrame, columns: Mapping[str, str], compute: Compute, reads: Sequence[str], keeps: Sequence[str]
) -> DataFrame:
    """Some columns of the frame and several new ones, from Arrow arrays to Arrow arrays: no value becomes an object."""
    kept = [f"`{name}` {frame.schema[name].dataType.simpleString()}" for name in keeps]
    schema = ", ".join([*kept, *(f"`{name}` {type}" for name, type in columns.items())])
    needed = frame.select(*dict.fromkeys([*keeps, *reads]))
    return needed.mapInArrow(_array_worker(tuple(columns.items()), compute, tuple(reads), tuple(keeps)), schema)


def _array_worker(
    columns: tuple[tuple[str, str], ...], compute: Compute, reads: tuple[str, ...], keeps: tuple[str, ...]
) -> Callable[[Iterable[pyarrow.RecordBatch]], Iterator[pyarrow.RecordBatch]]:
    def work(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        for batch in batches:
            made = compute(*(batch.column(name) for name in reads))
            found = [one.cast(arrow_type(type)) for one, (_, type) in zip(made, columns, strict=True)]
            names = [*keeps, *(name for name, _ in columns)]
            yield pyarrow.RecordBatch.from_arrays([*(batch.column(name) for name in keeps), *found], names)

    return work
