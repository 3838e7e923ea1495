"""The doors `tables` and `history`: what there is, what it means, and how it came about; without a JVM."""

from __future__ import annotations

import json

from lakehouse.home import Home
from lakehouse.inventory import history_by_spark, inventory_by_spark
from lakehouse.place import Lakehouse
from lakehouse.tables import TABLES
from tests.jobs.conftest import Typed


def test_the_list_shows_what_is_made_and_names_what_is_not(typed: Typed, home: Home) -> None:
    seen = typed("tables")
    assert seen.code == 0
    shown = {
        line.split()[1]: line.split()[2:4] for line in seen.out.splitlines() if line.startswith((" silver", " gold"))
    }
    assert shown == {"ratings": ["3", "2"], "scores": ["1", "1"]}
    assert "not made yet: requests, documents" in seen.out
    assert str(home.folder) in seen.out


def test_json_has_every_declared_table_with_its_columns(typed: Typed) -> None:
    listed = {one["table"]: one for one in json.loads(typed("tables", "--json").out)}
    assert list(listed) == list(TABLES)
    assert (listed["ratings"]["rows"], listed["ratings"]["version"]) == (3, 2)
    assert (listed["prompts"]["rows"], listed["prompts"]["version"]) == (None, None)
    assert [column["name"] for column in listed["ratings"]["columns"]] == list(TABLES["ratings"].names)


def test_one_table_shows_its_columns_key_checks_and_where_they_point(typed: Typed) -> None:
    seen = typed("tables", "scores").out
    assert "scores (gold): One row per candidate and scorer" in seen
    assert "version 1, 1 rows" in seen
    assert "candidate_id    string    required   The answer that was scored. -> candidates" in seen
    assert "key: candidate_id, scorer_digest" in seen
    assert "check abstaining_says_why: value IS NOT NULL OR reason IS NOT NULL" in seen


def test_a_mistyped_name_suggests_the_near_one(typed: Typed) -> None:
    for command in ("tables", "history"):
        seen = typed(command, "ratting")
        assert seen.code == 1
        assert f"lakewheel {command}: there is no table `ratting`. Did you mean `ratings`?" in seen.err


def test_history_names_the_run_and_the_rows_of_each_version(typed: Typed) -> None:
    versions = json.loads(typed("history", "ratings", "--json").out)
    assert [(one["version"], one["operation"], one["rows"], one["run_id"]) for one in versions] == [
        (2, "MERGE", 1, "run-2"),
        (1, "WRITE", 2, "run-1"),
        (0, "CREATE TABLE", None, None),
    ]
    assert all(one["committed_at"].endswith("+00:00") for one in versions)
    assert len(json.loads(typed("history", "ratings", "--limit", "1", "--json").out)) == 1
    assert "run-2" in typed("history", "ratings").out


def test_the_history_of_a_table_that_is_not_made_says_what_makes_it(typed: Typed) -> None:
    seen = typed("history", "documents")
    assert seen.code == 1
    assert "`lakewheel documents take` makes it" in seen.err


def test_spark_counts_and_remembers_the_same(lakehouse: Lakehouse, home: Home, typed: Typed) -> None:
    from dataclasses import replace

    there = Lakehouse(lakehouse.spark, replace(lakehouse.place, home=home))
    ratings, prompts = inventory_by_spark(there, ("ratings", "prompts"))
    assert (ratings.version, ratings.rows, prompts.is_made) == (2, 3, False)
    local = json.loads(typed("tables", "ratings", "--json").out)
    assert ratings.bytes == local["bytes"]
    remembered = [(one.version, one.operation, one.rows, one.run_id) for one in history_by_spark(there, "ratings", 2)]
    assert remembered == [(2, "MERGE", 1, "run-2"), (1, "WRITE", 2, "run-1")]
