"""The door `sql`: answers for people, spreadsheets and programs, and one clean sentence for what cannot be answered."""

from __future__ import annotations

import csv
import io
import json

import pytest

from lakehouse.home import Home
from tests.jobs.conftest import Typed

QUERY = "SELECT rating_id, answer, rating, rater_id FROM ratings WHERE rating_id <> 'b' ORDER BY rating_id"


def test_a_person_sees_a_table_that_fits_and_how_many_rows_there_are(typed: Typed) -> None:
    seen = typed("sql", QUERY)
    assert seen.code == 0
    assert "The Otter,⏎of course." in seen.out
    assert seen.out.rstrip().endswith("2 rows")
    assert max(map(len, seen.out.splitlines())) <= 100
    assert "\x1b" not in seen.out


def test_many_columns_are_shown_below_each_other(typed: Typed) -> None:
    seen = typed("sql", "SELECT * FROM scores").out.splitlines()
    assert seen[0] == "--- row 1"
    assert "scorer_digest  d1" in [line.rstrip() for line in seen]
    assert seen[-1] == "1 row"


def test_a_screen_shows_so_many_rows_and_says_that_there_are_more(typed: Typed) -> None:
    assert (
        "2 rows; there are more, --limit 0 shows all"
        in typed("sql", "FROM ratings SELECT rating_id", "--limit", "2").out
    )
    assert "3 rows\n" in typed("sql", "FROM ratings SELECT rating_id", "--limit", "3").out
    assert "100 rows; there are more" in typed("sql", "SELECT i FROM range(101) t(i)").out
    assert "101 rows\n" in typed("sql", "SELECT i FROM range(101) t(i)", "--limit", "0").out


def test_an_empty_answer_is_said(typed: Typed) -> None:
    assert typed("sql", "SELECT rating_id FROM ratings WHERE false").out == "0 rows\n"


def test_json_is_for_programs_and_complete(typed: Typed) -> None:
    for options in (["--json"], ["--format", "json"]):
        seen = typed("sql", QUERY, *options)
        assert json.loads(seen.out) == [
            {"rating_id": "a", "answer": "The Otter,\nof course.", "rating": 5.0, "rater_id": "anna"},
            {"rating_id": "c", "answer": "The Otter.", "rating": 5.0, "rater_id": "anna"},
        ]
    assert len(json.loads(typed("sql", "SELECT i FROM range(101) t(i)", "--json").out)) == 101


def test_csv_keeps_line_breaks_and_writes_parts_as_json(typed: Typed) -> None:
    seen = typed(
        "sql",
        "SELECT answer, [1, 2] AS l, {'a': NULL} AS s, NULL AS n FROM ratings WHERE rating_id = 'a'",
        "--format",
        "csv",
    )
    assert list(csv.reader(io.StringIO(seen.out))) == [
        ["answer", "l", "s", "n"],
        ["The Otter,\nof course.", "[1, 2]", '{"a": null}', ""],
    ]


def test_a_query_may_come_from_standard_input(typed: Typed) -> None:
    assert json.loads(typed("sql", "-", "--json", input="SELECT count(*) AS n\nFROM ratings").out) == [{"n": 3}]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELECT * FROM ratngs", "lakewheel sql: there is no table `ratngs`. Did you mean `ratings`?"),
        ("SELECT * FROM prompts", "lakewheel sql: the table `prompts` is declared, but not made yet"),
        (
            "SELECT ratng FROM ratings",
            'lakewheel sql: the query cannot be answered: Referenced column "ratng" not found',
        ),
        ("DROP TABLE ratings", "lakewheel sql: expected one statement that reads (SELECT,"),
        ("SELECT * FROM read_csv('x')", "lakewheel sql: SQL reads the lakehouse's tables and no files"),
    ],
)
def test_what_cannot_be_answered_is_one_line_on_the_error_stream(typed: Typed, query: str, says: str) -> None:
    seen = typed("sql", query)
    assert (seen.code, seen.out) == (1, "")
    assert seen.err.startswith(says)
    assert seen.err.count("\n") == 1


def test_an_option_that_is_not_there_is_a_mistake_of_usage(typed: Typed) -> None:
    for arguments in (["sql"], ["sql", "SELECT 1", "--format", "xml"], ["sql", "SELECT 1", "--limit", "-1"]):
        assert typed(*arguments).code == 2


def test_spark_answers_alike_when_asked_to(typed: Typed, home: Home) -> None:
    by_duckdb, by_spark = (typed("--conf", "test", "sql", QUERY, "--engine", engine) for engine in ("duckdb", "spark"))
    assert by_spark.code == 0, by_spark.err
    assert by_spark.out == by_duckdb.out


def test_duckdb_leaves_a_catalog_to_spark(typed: Typed) -> None:
    seen = typed("--conf", "dev", "sql", "SELECT 1", "--engine", "duckdb")
    assert seen.code == 1
    assert "--engine spark" in seen.err


def test_nothing_is_written_to_the_error_stream_when_all_is_well(program: Typed) -> None:
    seen = program("sql", QUERY, "--json")
    assert (seen.code, seen.err) == (0, "")
    assert [row["rating_id"] for row in json.loads(seen.out)] == ["a", "c"]


def test_a_failure_s_exit_code_reaches_the_shell(program: Typed) -> None:
    seen = program("sql", "SELECT * FROM ratngs")
    assert (seen.code, seen.out) == (1, "")
    assert "Did you mean `ratings`?" in seen.err
    assert "Traceback" not in seen.err


@pytest.mark.parametrize("format", ["csv", "table", "json"])
def test_a_reader_who_has_seen_enough_is_no_error(program: Typed, format: str) -> None:
    query = "SELECT i, repeat('x', 50) AS x FROM range(20000) t(i)"
    seen = program("sql", query, "--format", format, "--limit", "0", after="| head -n 2")
    assert (seen.code, seen.err) == (0, "")
    assert len(seen.out.splitlines()) == 2
