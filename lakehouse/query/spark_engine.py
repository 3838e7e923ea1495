"""The same SQL by Spark: every table answers to its bare name, in whatever way the lakehouse stores it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING

from lakehouse.place import Lakehouse
from lakehouse.query.duckdb_engine import qualifiers
from lakehouse.query.errors import spark_error
from lakehouse.query.tokens import spark_words
from lakehouse.query.values import distinct_names
from lakehouse.query.words import Mention, check_reads_only, mentions, replaced
from lakehouse.tables import TABLES

if TYPE_CHECKING:
    import pyarrow

FILES_BY_PATH = "spark.sql.runSQLOnFiles"


def ask_spark(lakehouse: Lakehouse, query: str, limit: int | None = None) -> pyarrow.Table:
    """The answer to one statement that reads; Spark's own dialect, and time travel as Delta has it."""
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException

    words = spark_words(query)
    check_reads_only(words)
    named = list(mentions(words, TABLES, qualifiers(lakehouse.place)))
    text = replaced(query, [(one, _bare(query, one)) for one in named if one.is_qualified])
    try:
        with _bare_names(lakehouse, named):
            frame = lakehouse.spark.sql(text)
            answer = (frame if limit is None else frame.limit(limit)).toArrow()
            return answer.rename_columns(distinct_names(answer.column_names))
    except (PySparkException, Py4JJavaError) as problem:
        raise spark_error(problem, lakehouse.place) from None


def _bare(query: str, mention: Mention) -> str:
    """The mention's own words without its schema, layer or catalog."""
    return query[mention.start : mention.end].rpartition(".")[2]


@contextmanager
def _bare_names(lakehouse: Lakehouse, named: list[Mention]) -> Iterator[None]:
    """Stand in the schema of the tables while the query is analysed, and allow no reading of files by their paths."""
    spark = lakehouse.spark
    if not lakehouse.place.is_local:
        spark.catalog.setCurrentCatalog(lakehouse.settings.catalog)
        spark.catalog.setCurrentDatabase(lakehouse.settings.schema_name)
        yield
        return
    before, schema = spark.catalog.currentDatabase(), _register(lakehouse, {one.table for one in named})
    spark.catalog.setCurrentDatabase(schema)
    spark.conf.set(FILES_BY_PATH, "false")
    try:
        yield
    finally:
        spark.conf.unset(FILES_BY_PATH)
        spark.catalog.setCurrentDatabase(before)


def _register(lakehouse: Lakehouse, named: set[str]) -> str:
    """Tell the session's catalog, which forgets it all at the end, where tables are; one schema for each home."""
    place = lakehouse.place
    home = sha256(str(place.home.folder).encode()).hexdigest()[:8]
    schema = f"{place.settings.schema_name}_{home}"
    lakehouse.spark.sql(f"CREATE SCHEMA IF NOT EXISTS `{schema}`")
    for table in place.local_tables():
        if table in named or not named:
            create = f"CREATE TABLE IF NOT EXISTS `{schema}`.`{table}` USING delta"
            lakehouse.spark.sql(f"{create} LOCATION {_text(str(place.folder(table)))}")
    return schema


def _text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
