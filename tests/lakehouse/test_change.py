"""Some columns of rows that are there change by key; nothing else of them does, and nothing comes to be."""

from __future__ import annotations

import pytest

from lakehouse.change import change_columns
from lakehouse.changes import changes
from lakehouse.contract import ContractError
from lakehouse.place import Lakehouse
from lakehouse.read import current_version, read
from lakehouse.tables import table_named
from lakehouse.write import append_missing
from tests.lakehouse.rows import DOCUMENT, frame, ratings


def changed(lakehouse: Lakehouse, *rows: tuple[str, str | None]) -> int:
    came = lakehouse.spark.createDataFrame(list(rows), "rating_id string, reason string")
    return change_columns(lakehouse, "ratings", came).version


def reasons(lakehouse: Lakehouse) -> dict[str, str | None]:
    return {row.rating_id: row.reason for row in read(lakehouse, "ratings").frame.collect()}


def test_the_columns_of_a_row_that_is_there_change_and_a_key_that_is_not_there_makes_none(lakehouse: Lakehouse) -> None:
    append_missing(lakehouse, "ratings", ratings(lakehouse, "a", "b", reason="old"))
    before = {row.rating_id: row for row in read(lakehouse, "ratings").frame.drop("reason").collect()}
    changed(lakehouse, ("a", "new"), ("nobody", "new"))
    assert reasons(lakehouse) == {"a": "new", "b": "old"}
    assert {row.rating_id: row for row in read(lakehouse, "ratings").frame.drop("reason").collect()} == before


def test_a_value_that_is_there_already_commits_nothing_and_none_is_a_value(lakehouse: Lakehouse) -> None:
    version = append_missing(lakehouse, "ratings", ratings(lakehouse, "a", reason="old")).version
    assert changed(lakehouse, ("a", "old"), ("nobody", "new")) == version
    assert changed(lakehouse, ("a", None)) == version + 1
    assert reasons(lakehouse) == {"a": None}


def test_the_contract_holds_for_the_columns_that_come(lakehouse: Lakehouse) -> None:
    append_missing(lakehouse, "ratings", ratings(lakehouse, "a", reason="old"))
    version = current_version(lakehouse, "ratings")
    with pytest.raises(ContractError, match="1 duplicate keys"):
        changed(lakehouse, ("a", "one"), ("a", "two"))
    wrong = lakehouse.spark.createDataFrame([("a", 1)], "rating_id string, reason int")
    with pytest.raises(ContractError, match="column `reason` has type int, expected string"):
        change_columns(lakehouse, "ratings", wrong)
    with pytest.raises(ValueError, match="not in its key to refresh, got colour"):
        change_columns(lakehouse, "ratings", wrong.withColumnRenamed("reason", "colour"))
    assert current_version(lakehouse, "ratings") == version


def test_a_declaration_of_some_columns_keeps_the_checks_that_speak_of_no_other() -> None:
    table = table_named("candidates")
    name, check = next(iter(table.checks.items()))
    whole, bare = table.only(table.names), table.only(table.key)
    assert whole == table
    assert bare.names == table.key and name not in bare.checks, check


def test_what_became_of_rows_between_two_versions_can_be_read(lakehouse: Lakehouse) -> None:
    first = append_missing(lakehouse, "documents", frame(lakehouse, "documents", [DOCUMENT])).version
    better = lakehouse.spark.createDataFrame([(DOCUMENT["document_id"], 0.9)], "document_id string, quality double")
    change_columns(lakehouse, "documents", better)
    other = append_missing(lakehouse, "documents", frame(lakehouse, "documents", [DOCUMENT | {"document_id": "other"}]))
    told = changes(lakehouse, "documents", first, other.version).select("document_id", "_change_type", "quality")
    same = DOCUMENT["document_id"]
    assert {tuple(row) for row in told.collect()} == {
        ("other", "insert", DOCUMENT.get("quality")),
        (same, "update_postimage", 0.9),
        (same, "update_preimage", DOCUMENT.get("quality")),
    }
