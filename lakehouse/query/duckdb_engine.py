"""SQL without a JVM: one reading statement, answered by DuckDB from the files of the tables that it names."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lakehouse.place import Place
from lakehouse.query.errors import duckdb_error, not_made_yet
from lakehouse.query.tokens import duckdb_words
from lakehouse.query.values import distinct_names
from lakehouse.query.views import View, listed, view_of
from lakehouse.query.words import Mention, QueryError, Word, check_reads_only, mentions, replaced
from lakehouse.tables import TABLES

if TYPE_CHECKING:
    import pyarrow
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

SAME_AS_SPARK = {"TimeZone": "UTC", "default_null_order": "nulls_first_on_asc_last_on_desc"}
NOTHING: Mapping[str, pyarrow.Table] = {}
ROWS_AT_ONCE = 100_000
NOTHING_FROM_OUTSIDE: dict[str, str | bool | int | float | list[str]] = {
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


def ask(
    place: Place, query: str, limit: int | None = None, given: Mapping[str, pyarrow.Table] = NOTHING
) -> pyarrow.Table:
    """The answer to one statement that reads; `FROM candidates VERSION AS OF 3` reads the past.

    Rows that are given go by their names in it.
    """
    with _found(place, query, given) as found:
        answer = (found if limit is None else found.limit(limit)).to_arrow_table()
        return answer.rename_columns(distinct_names(answer.column_names))


@contextmanager
def batches(place: Place, query: str) -> Iterator[Iterator[pyarrow.RecordBatch]]:
    """The same a batch at a time, for answers that memory need not hold."""
    with _found(place, query, NOTHING) as found:
        yield iter(found.to_arrow_reader(ROWS_AT_ONCE))


@contextmanager
def _found(place: Place, query: str, given: Mapping[str, pyarrow.Table]) -> Iterator[DuckDBPyRelation]:
    import duckdb

    _check_local(place)
    words = duckdb_words(query)
    check_reads_only(words)
    views = {mention: view_of(place, mention) for mention in _named(place, words)}
    try:
        with _connection(list(views.values())) as connection:
            for name, rows in given.items():
                connection.register(name, rows)
            yield connection.sql(replaced(query, _replacements(views)))
    except duckdb.Error as problem:
        raise duckdb_error(problem, place) from None


def _named(place: Place, words: list[Word]) -> list[Mention]:
    """What a query names and is there, for a name may be a column's; everything for a query like SHOW TABLES."""
    there = place.local_tables()
    found = list(mentions(words, TABLES, qualifiers(place)))
    for mention in found:
        if mention.travel and mention.table not in there:
            raise not_made_yet(mention.table, place)
    return [one for one in found if one.table in there] if found else [Mention(table, 0, 0) for table in there]


def _replacements(views: dict[Mention, View]) -> list[tuple[Mention, str]]:
    """Only what is surely a table: a bare name may as well be a column."""
    return [(mention, view.name) for mention, view in views.items() if mention.travel or mention.is_qualified]


@contextmanager
def _connection(views: list[View]) -> Iterator[DuckDBPyConnection]:
    """A database in memory that sees these views, and from then on no other file and no other setting."""
    import duckdb

    spill = Path(tempfile.gettempdir(), f"lakewheel-sql-{os.getpid()}")
    with duckdb.connect(config=NOTHING_FROM_OUTSIDE | {"temp_directory": str(spill)}) as connection:
        for name, value in SAME_AS_SPARK.items():
            connection.execute(f"SET {name} = '{value}'")
        for statement in dict.fromkeys(view.statement for view in views):
            connection.execute(statement)
        paths = [path for view in views for path in view.paths]
        connection.execute(f"SET allowed_paths = [{listed(paths)}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection


def qualifiers(place: Place) -> set[str]:
    """What may stand before a table's bare name and means nothing more: the schema, the catalog, the layers."""
    layers = {table.layer for table in TABLES.values()}
    return {place.settings.schema_name.lower(), place.settings.catalog.lower(), *layers}


def _check_local(place: Place) -> None:
    if not place.is_local:
        raise QueryError(
            f"the tables are in the catalog `{place.settings.catalog}` (lakehouse.storage is catalog), which only "
            "Spark reads. Run the same with --engine spark."
        )
