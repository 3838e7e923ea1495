"""A merge may refresh named columns of rows that are there, and commits only what differs."""

from __future__ import annotations

from typing import Any

import pytest
from pyspark.sql import DataFrame

from lakehouse.place import Lakehouse
from lakehouse.read import current_version, read
from lakehouse.write import append_missing
from tests.lakehouse.rows import frame, ratings

PROMPT = {
    "prompt_id": "p1",
    "messages": [{"role": "user", "content": "How much?"}],
    "workload": "facts",
    "workload_origin": "log",
    "split": "train",
    "round": 1,
    "weight": 1.0,
    "near_duplicate_of": None,
    "asked_at": None,
    "run_id": "run",
}
REFRESH = ("request_ids", "near_duplicate_of")


def prompt(lakehouse: Lakehouse, *request_ids: str, **changes: Any) -> DataFrame:
    return frame(lakehouse, "prompts", [PROMPT | {"request_ids": list(request_ids)} | changes])


def stored_prompt(lakehouse: Lakehouse) -> dict[str, Any]:
    (row,) = read(lakehouse, "prompts").frame.collect()
    return row.asDict(recursive=True)


def test_only_the_named_columns_of_a_row_change(lakehouse: Lakehouse) -> None:
    append_missing(lakehouse, "prompts", prompt(lakehouse, "a"))
    came = prompt(lakehouse, "a", "b", near_duplicate_of="p0", split="holdout", run_id="later")
    written = append_missing(lakehouse, "prompts", came, refresh=REFRESH)
    assert (written.rows, written.new, written.version) == (1, 0, 2)
    assert stored_prompt(lakehouse) == PROMPT | {"request_ids": ["a", "b"], "near_duplicate_of": "p0"}


def test_what_is_as_it_should_be_commits_nothing_and_what_was_undone_is_news_again(lakehouse: Lakehouse) -> None:
    versions = []
    for ids in (["a", "b"], ["a", "b"], ["a"], ["a", "b"]):
        versions.append(append_missing(lakehouse, "prompts", prompt(lakehouse, *ids), refresh=REFRESH).version)
    assert versions == [1, 1, 2, 3]
    assert stored_prompt(lakehouse)["request_ids"] == ["a", "b"]


def test_rows_that_are_missing_are_inserted_beside(lakehouse: Lakehouse) -> None:
    append_missing(lakehouse, "ratings", ratings(lakehouse, "a", reason="old"))
    written = append_missing(lakehouse, "ratings", ratings(lakehouse, "a", "b", reason="new"), refresh=("reason",))
    assert (written.rows, written.new) == (2, 1)
    reasons = {row.rating_id: row.reason for row in read(lakehouse, "ratings").frame.collect()}
    assert reasons == {"a": "new", "b": "new"}


def test_a_key_or_an_unknown_column_cannot_be_refreshed(lakehouse: Lakehouse) -> None:
    with pytest.raises(ValueError, match="not in its key to refresh, got rating_id, colour"):
        append_missing(lakehouse, "ratings", ratings(lakehouse, "a"), refresh=("rating_id", "reason", "colour"))
    assert not lakehouse.exists("ratings") or current_version(lakehouse, "ratings") == 0
