"""What steps, lineage and erasure need of an SQL engine, so that DuckDB answers without a JVM, and Spark alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from lakehouse.declaration import Column
from lakehouse.place import Lakehouse, Place

if TYPE_CHECKING:
    import pyarrow

Row = dict[str, Any]
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
    """One engine: its dialect, rows for a query, whether a table exists, and what a query calls it.

    Of a query to `arrow` the rows are an Arrow table, and it may be given more such: names in braces stand for those.
    """

    dialect: Dialect
    rows: Callable[[str], list[Row]]
    exists: Callable[[str], bool]
    called: Callable[[str], str]
    arrow: Callable[..., pyarrow.Table]

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
    from lakehouse.query.duckdb_engine import ask
    from lakehouse.query.values import plain_rows

    def rows(query: str) -> list[Row]:
        found = ask(place, query)
        return [dict(zip(found.column_names, row, strict=True)) for row in plain_rows(found)]

    def arrow(query: str, **given: pyarrow.Table) -> pyarrow.Table:
        return ask(place, query.format(**{name: name for name in given}), given=given)

    there = set(place.local_tables())
    return Asker(DUCKDB, rows, there.__contains__, str, arrow)


def spark_asker(lakehouse: Lakehouse) -> Asker:
    """Asks the lakehouse's own session."""

    def rows(query: str) -> list[Row]:
        return [row.asDict(recursive=True) for row in lakehouse.spark.sql(query).collect()]

    def arrow(query: str, **given: pyarrow.Table) -> pyarrow.Table:
        frames: dict[str, Any] = {name: lakehouse.spark.createDataFrame(some) for name, some in given.items()}
        return lakehouse.spark.sql(query, **frames).toArrow()

    return Asker(SPARK, rows, lakehouse.exists, lakehouse.identifier, arrow)


def quickest_asker(lakehouse: Lakehouse) -> Asker:
    """DuckDB where tables are files here, for Spark takes a second to answer; else the session."""
    return duckdb_asker(lakehouse.place) if lakehouse.place.is_local else spark_asker(lakehouse)


def answer(
    lakehouse: Lakehouse, query: str, versions: Mapping[str, int], given: Mapping[str, pyarrow.Table]
) -> pyarrow.Table:
    """What a query answers in which names in braces stand for tables at these versions, and for rows that are given."""
    asker = quickest_asker(lakehouse)
    tables = {name: f"{asker.called(name)} VERSION AS OF {version}" for name, version in versions.items()}
    return asker.arrow(query.format(**{name: f"{{{name}}}" for name in given}, **tables), **given)
