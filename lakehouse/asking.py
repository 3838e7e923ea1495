"""What steps, lineage and erasure need of an SQL engine, so that DuckDB answers without a JVM, and Spark alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from lakehouse.arrow import arrow_type
from lakehouse.declaration import Column
from lakehouse.place import Lakehouse, Place

if TYPE_CHECKING:
    import pyarrow

Row = dict[str, Any]
Work = Callable[[Iterable["pyarrow.RecordBatch"]], Iterator["pyarrow.RecordBatch"]]
Types = Mapping[str, str]
"""Columns and their types in Spark's words."""
IDS_PER_QUERY = 5000


@dataclass(frozen=True)
class Dialect:
    """Where the two engines differ in what we ask of them."""

    overlap: str
    backslash: str

    def literal(self, text: str) -> str:
        return "'" + text.replace("\\", self.backslash).replace("'", "''") + "'"

    def names(self, column: Column, ids: Iterable[str]) -> str:
        """The condition that a column is, or holds, one of these ids."""
        listed = ", ".join(self.literal(one) for one in ids)
        return (
            self.overlap.format(column=column.name, ids=listed) if column.is_array else f"{column.name} IN ({listed})"
        )


DUCKDB = Dialect(overlap="list_has_any({column}, [{ids}])", backslash="\\")
SPARK = Dialect(overlap="arrays_overlap({column}, array({ids}))", backslash="\\\\")


@dataclass(frozen=True)
class Asker:
    """One engine: its dialect, rows for a query, whether a table exists, and what a query calls it."""

    dialect: Dialect
    rows: Callable[[str], list[Row]]
    exists: Callable[[str], bool]
    called: Callable[[str], str]
    arrow: Callable[..., pyarrow.Table]
    """The rows for a query as an Arrow table; names in braces stand for Arrow tables that it is given."""
    scan: Callable[[str, Work, Types, int], pyarrow.Table]
    """What work makes of the rows for a query, a batch at a time: its first rows up to a number, of these types."""

    def rows_naming(self, table: str, wanted: Sequence[str], column: Column, ids: Iterable[str]) -> list[Row]:
        """The wanted columns of every row whose column is, or holds, one of these ids."""
        found: list[Row] = []
        for some in portions(ids) if self.exists(table) else ():
            found += self.rows(
                f"SELECT {', '.join(wanted)} FROM {self.called(table)} WHERE {self.dialect.names(column, some)}"
            )
        return found


def portions(ids: Iterable[str]) -> Iterator[list[str]]:
    """Ids in lists that a query can carry, in a fixed order."""
    remaining = iter(sorted(set(ids)))
    while some := list(islice(remaining, IDS_PER_QUERY)):
        yield some


def duckdb_asker(place: Place) -> Asker:
    """Asks the local tables' files, without a JVM."""
    from lakehouse.query.duckdb_engine import ask, batches
    from lakehouse.query.values import plain_rows

    def rows(query: str) -> list[Row]:
        found = ask(place, query)
        return [dict(zip(found.column_names, row, strict=True)) for row in plain_rows(found)]

    def arrow(query: str, **given: pyarrow.Table) -> pyarrow.Table:
        return ask(place, query.format(**{name: name for name in given}), given=given)

    def scan(query: str, work: Work, types: Types, most: int) -> pyarrow.Table:
        import pyarrow

        made, left = [], most
        with batches(place, query) as found:
            for batch in work(found):
                made.append(batch.slice(0, left))
                left -= made[-1].num_rows
                if not left:
                    break
        schema = pyarrow.schema([(name, arrow_type(type)) for name, type in types.items()])
        return pyarrow.Table.from_batches(made, schema)

    there = set(place.local_tables())
    return Asker(DUCKDB, rows, there.__contains__, str, arrow, scan)


def spark_asker(lakehouse: Lakehouse) -> Asker:
    """Asks the lakehouse's own session."""

    def rows(query: str) -> list[Row]:
        return [row.asDict(recursive=True) for row in lakehouse.spark.sql(query).collect()]

    def arrow(query: str, **given: pyarrow.Table) -> pyarrow.Table:
        frames: dict[str, Any] = {name: lakehouse.spark.createDataFrame(some) for name, some in given.items()}
        return lakehouse.spark.sql(query, **frames).toArrow()

    def scan(query: str, work: Work, types: Types, most: int) -> pyarrow.Table:
        schema = ", ".join(f"{name} {type}" for name, type in types.items())
        return lakehouse.spark.sql(query).mapInArrow(lambda batches: work(batches), schema).limit(most).toArrow()

    return Asker(SPARK, rows, lakehouse.exists, lakehouse.identifier, arrow, scan)


def quickest_asker(lakehouse: Lakehouse) -> Asker:
    """DuckDB where tables are files here, for Spark takes a second to answer; else the session."""
    return duckdb_asker(lakehouse.place) if lakehouse.place.is_local else spark_asker(lakehouse)


def at_versions(asker: Asker, query: str, versions: Mapping[str, int], given: Iterable[str] = ()) -> str:
    """The query with tables at these versions for their names in braces; other names are left to be given rows."""
    tables = {name: f"{asker.called(name)} VERSION AS OF {version}" for name, version in versions.items()}
    return query.format(**{name: f"{{{name}}}" for name in given}, **tables)
