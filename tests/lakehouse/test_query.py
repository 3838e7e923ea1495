"""SQL: DuckDB and Spark give the same answers over our tables, and say the same of what they refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from conf import Resolved
from lakehouse.home import Home
from lakehouse.place import Lakehouse, Place
from lakehouse.query.duckdb_engine import ask
from lakehouse.query.spark_engine import ask_spark
from lakehouse.query.values import plain_rows
from lakehouse.query.words import QueryError
from lakehouse.read import TableNotFound
from lakehouse.tables import TABLES, UnknownTable
from lakehouse.write import append_missing
from tests.lakehouse.extremes import EXTREMES, shown, whole
from tests.lakehouse.rows import frame, ratings, rewrite, scores


@pytest.fixture(scope="module")
def filled(spark: SparkSession, resolved: Resolved, tmp_path_factory: pytest.TempPathFactory) -> Lakehouse:
    """Tables with a past, in a home whose name has all that SQL, URLs and globs would trip over."""
    home = Home(tmp_path_factory.mktemp("query") / "hö [m]e's 9% *")
    lakehouse = Lakehouse(spark, Place(home, resolved.settings.lakehouse))
    for table, rows in EXTREMES.items():
        append_missing(lakehouse, table, frame(lakehouse, table, [whole(table, row) for row in rows]))
    append_missing(lakehouse, "ratings", ratings(lakehouse, "a", "b"))
    append_missing(lakehouse, "ratings", ratings(lakehouse, "c"))
    rewrite(lakehouse, "scores", scores(lakehouse, "a", "b"))
    rewrite(lakehouse, "scores", scores(lakehouse, "c"))
    return lakehouse


def by_both(lakehouse: Lakehouse, query: str, limit: int | None = None) -> list[list[Any]]:
    """The answer, after making sure that there is only one."""
    duckdb, spark = ask(lakehouse.place, query, limit), ask_spark(lakehouse, query, limit)
    assert (duckdb.column_names, plain_rows(duckdb)) == (spark.column_names, plain_rows(spark))
    return plain_rows(duckdb)


def refused_by_both(lakehouse: Lakehouse, query: str, kind: type[Exception]) -> list[str]:
    said = []
    for engine in (lambda: ask(lakehouse.place, query), lambda: ask_spark(lakehouse, query)):
        with pytest.raises(kind) as told:
            engine()
        said.append(str(told.value))
    return said


def test_the_extreme_rows_hold_every_type_that_our_tables_use() -> None:
    types = {column.type for table in TABLES.values() for column in table.columns}
    assert {column.type for name in EXTREMES for column in TABLES[name].columns} == types


@pytest.mark.parametrize("table", EXTREMES)
def test_both_engines_show_what_was_written(filled: Lakehouse, table: str) -> None:
    key = ", ".join(TABLES[table].key)
    written = [shown(whole(table, row)) for row in EXTREMES[table]]
    assert by_both(filled, f"SELECT * FROM {table} ORDER BY {key}") == written


def test_a_table_answers_to_its_bare_name_and_to_its_schema_and_layer(filled: Lakehouse) -> None:
    for name in (
        "ratings",
        "RATINGS",
        "lakewheel.ratings",
        "silver.ratings",
        "`ratings`",
        "spark_catalog.lakewheel.ratings",
    ):
        assert by_both(filled, f"SELECT count(*) AS n FROM {name}") == [[3]]


def test_several_versions_of_a_table_stand_in_one_query(filled: Lakehouse) -> None:
    query = """
        SELECT now.candidate_id AS is_there, before.candidate_id AS was_there
        FROM scores now FULL JOIN gold.scores VERSION AS OF 1 before ON now.candidate_id = before.candidate_id
        ORDER BY 1, 2"""
    assert by_both(filled, query) == [[None, "a"], [None, "b"], ["c", None]]


def test_a_version_keeps_the_table_s_name(filled: Lakehouse) -> None:
    assert by_both(filled, "SELECT ratings.rating_id FROM ratings FOR VERSION AS OF 1 ORDER BY 1") == [["a"], ["b"]]
    assert by_both(filled, "SELECT count(*) AS n FROM ratings VERSION AS OF '0'") == [[0]]


def test_time_travel_in_a_string_or_a_comment_is_just_text(filled: Lakehouse) -> None:
    query = """
        SELECT 'ratings VERSION AS OF 1' AS text, count(*) AS n -- ratings VERSION AS OF 9
        FROM ratings /* VERSION AS OF 9 */ WHERE rating_id <> 'Grüße FROM ratings TIMESTAMP AS OF 9'
        GROUP BY 1"""
    assert by_both(filled, query) == [["ratings VERSION AS OF 1", 3]]


def test_a_time_finds_the_version_that_was_current_then(filled: Lakehouse) -> None:
    log = filled.place.folder("ratings") / "_delta_log"
    first, second, third = (committed(log / f"{version:020}.json") for version in range(3))
    for moment, rows in ((first, 0), (second - 1, 0), (second, 2), (third - 1, 2), (third, 3)):
        said = by_both(filled, f"SELECT count(*) AS n FROM ratings TIMESTAMP AS OF '{as_text(filled, moment)}'")
        assert said == [[rows]], moment


def committed(file: Path) -> int:
    return file.stat().st_mtime_ns // 1_000_000


def as_text(lakehouse: Lakehouse, milliseconds: int) -> str:
    said = ask(lakehouse.place, f"SELECT make_timestamp({milliseconds * 1000})::VARCHAR")
    return str(said.column(0)[0].as_py())


def test_a_time_outside_the_table_s_life_is_refused(filled: Lakehouse) -> None:
    for moment in ("1999-01-01", "2999-01-01 00:00:00"):
        duckdb, spark = refused_by_both(filled, f"FROM ratings TIMESTAMP AS OF '{moment}' SELECT 1", QueryError)
        assert f"TIMESTAMP AS OF '{moment}'" in duckdb and "lakewheel history ratings" in duckdb
        assert "imestamp" in spark


def test_a_version_that_is_not_there_says_which_are(filled: Lakehouse) -> None:
    duckdb, spark = refused_by_both(filled, "SELECT * FROM ratings VERSION AS OF 7", QueryError)
    assert "`ratings` has the versions 0 to 2, got VERSION AS OF 7" in duckdb
    assert "[0, 2]" in spark


def test_a_limit_keeps_the_order(filled: Lakehouse) -> None:
    assert by_both(filled, "SELECT rating_id FROM ratings ORDER BY rating_id DESC", limit=2) == [["c"], ["b"]]


def test_nulls_sums_and_repeated_names_come_out_alike(filled: Lakehouse) -> None:
    assert by_both(filled, "SELECT i FROM (VALUES (2), (NULL), (1)) t(i) ORDER BY i") == [[None], [1], [2]]
    assert by_both(filled, "SELECT sum(round) AS s, avg(round) AS a FROM scores") == [[1, 1.0]]
    assert ask(filled.place, "SELECT 1 AS a, 2 AS a").column_names == ["a", "a_1"]
    assert by_both(filled, "SELECT 1 AS a, 2 AS a") == [[1, 2]]


def test_a_mistyped_table_suggests_the_near_one(filled: Lakehouse) -> None:
    for said in refused_by_both(filled, "SELECT * FROM ratngs", UnknownTable):
        assert "there is no table `ratngs`. Did you mean `ratings`?" in said


def test_a_table_that_is_declared_and_not_made_says_what_makes_it(filled: Lakehouse) -> None:
    for said in refused_by_both(filled, "SELECT * FROM experiments", TableNotFound):
        assert "not made yet" in said and "The first step that writes to it makes it" in said


def test_a_mistyped_column_suggests_columns_in_one_line(filled: Lakehouse) -> None:
    for said in refused_by_both(filled, "SELECT ratng FROM ratings", QueryError):
        assert "rating" in said and "\n" not in said and "LINE 1" not in said and "Project" not in said


@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE ratings",
        "INSERT INTO ratings SELECT * FROM ratings",
        "WITH all_of_it AS (SELECT * FROM ratings) INSERT INTO ratings SELECT * FROM all_of_it",
        "WITH one AS (SELECT '\\'' AS q) INSERT INTO ratings SELECT '1'",
        "FROM ratings INSERT INTO ratings SELECT *",
        "(DELETE FROM ratings)",
        "UPDATE ratings SET rating = 1",
        "EXPLAIN INSERT INTO ratings SELECT * FROM ratings",
        "SET spark.sql.ansi.enabled = false",
        "COPY ratings TO 'x.csv'",
        "ATTACH 'x.db'",
        "INSTALL httpfs",
        "PRAGMA database_list",
        "SELECT 1; DROP TABLE ratings",
        ";",
        "",
    ],
)
def test_only_one_statement_that_reads_is_let_through(filled: Lakehouse, query: str) -> None:
    files = sorted(filled.place.folder("ratings").rglob("*"))
    *_, spark = refused_by_both(filled, query, QueryError)
    assert spark.startswith("expected one statement that reads (SELECT, WITH,")
    assert sorted(filled.place.folder("ratings").rglob("*")) == files


@pytest.mark.parametrize("query", ["SELECT 1 AS a;", "(SELECT 1 AS a)", "WITH x AS (SELECT 1 AS a) FROM x SELECT a"])
def test_what_reads_may_begin_and_end_as_it_likes(filled: Lakehouse, query: str) -> None:
    assert by_both(filled, query) == [[1]]


def test_files_cannot_be_read(filled: Lakehouse, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("token\n42\n")
    for source in (f"read_csv('{secret}')", f"read_text('{secret}')", f"'{secret}'"):
        with pytest.raises(QueryError, match="no files"):
            ask(filled.place, f"SELECT * FROM {source}")
    refused_by_both(filled, f"SELECT * FROM csv.`{secret}`", QueryError)
    refused_by_both(filled, f"SELECT * FROM delta.`{filled.place.folder('ratings')}`", QueryError)


def test_a_variable_of_ours_is_no_table(filled: Lakehouse) -> None:
    surprise = ask(filled.place, "SELECT 1 AS a")
    assert surprise.num_rows == 1
    with pytest.raises(UnknownTable):
        ask(filled.place, "SELECT * FROM surprise")


def test_tables_can_be_listed_and_described(filled: Lakehouse) -> None:
    made = sorted([*EXTREMES, "ratings", "scores"])
    assert [row[0] for row in plain_rows(ask(filled.place, "SHOW TABLES"))] == made
    assert [row[1] for row in plain_rows(ask_spark(filled, "SHOW TABLES"))] == made
    assert [row[0] for row in plain_rows(ask(filled.place, "DESCRIBE ratings"))] == list(TABLES["ratings"].names)


def test_a_column_may_have_the_name_of_a_table(filled: Lakehouse) -> None:
    assert by_both(filled, "SELECT evaluations.prompts FROM (SELECT 7 AS prompts) evaluations") == [[7]]


def test_a_column_that_was_added_later_is_null_in_older_files(lakehouse: Lakehouse) -> None:
    append_missing(lakehouse, "ratings", ratings(lakehouse, "a"))
    lakehouse.spark.sql(f"ALTER TABLE {lakehouse.identifier('ratings')} ADD COLUMNS (mood map<string,bigint>)")
    assert by_both(lakehouse, "SELECT rating_id, mood FROM ratings") == [["a", None]]


def test_a_version_whose_files_are_gone_is_refused(lakehouse: Lakehouse) -> None:
    rewrite(lakehouse, "scores", scores(lakehouse, "a"))
    old = list(lakehouse.place.folder("scores").glob("*.parquet"))
    rewrite(lakehouse, "scores", scores(lakehouse, "b"))
    for file in old:
        file.unlink()
    assert by_both(lakehouse, "SELECT candidate_id FROM scores") == [["b"]]
    for said in refused_by_both(lakehouse, "SELECT * FROM scores VERSION AS OF 1", QueryError):
        assert said.startswith("a file that this version of the table needs is gone")


def test_a_table_made_and_still_empty_has_no_rows(lakehouse: Lakehouse) -> None:
    append_missing(lakehouse, "ratings", ratings(lakehouse, "a").limit(0))
    assert by_both(lakehouse, "SELECT * FROM ratings") == []


def test_spark_s_session_is_left_as_it_was(filled: Lakehouse) -> None:
    before = filled.spark.catalog.currentDatabase()
    refused_by_both(filled, "SELECT nothing FROM ratings", QueryError)
    assert filled.spark.catalog.currentDatabase() == before
    assert filled.spark.conf.get("spark.sql.runSQLOnFiles") == "true"
    assert filled.spark.table(filled.identifier("ratings")).count() == 3


def test_a_catalog_s_tables_are_left_to_spark(resolved: Resolved, tmp_path: Path) -> None:
    settings = resolved.settings.lakehouse.model_copy(update={"storage": "catalog", "catalog": "main"})
    with pytest.raises(QueryError, match="catalog `main`.*--engine spark"):
        ask(Place(Home(tmp_path), settings), "SELECT * FROM ratings")
