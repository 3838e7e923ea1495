"""Tables are created whole, grow by nullable columns, and refuse every other difference without being touched."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lakehouse import tables
from lakehouse.declaration import Column, Table, required
from lakehouse.ensure import SchemaConflict, ensure
from lakehouse.place import Lakehouse
from lakehouse.read import current_version
from lakehouse.tables import TABLES
from lakehouse.write import append_missing
from tests.lakehouse.rows import ratings


def declare(monkeypatch: pytest.MonkeyPatch, table: Table, lakehouse: Lakehouse) -> None:
    """What a new version of Lakewheel would bring: another declaration, in a process that has not looked yet."""
    monkeypatch.setitem(tables.TABLES, table.name, table)
    lakehouse.fitting.clear()


def test_every_declared_table_can_be_made_as_it_is_declared(lakehouse: Lakehouse) -> None:
    ensure(lakehouse)
    for name, table in TABLES.items():
        fields = lakehouse.spark.table(lakehouse.identifier(name)).schema
        made = [(f.name, f.dataType.simpleString(), not f.nullable, f.metadata["comment"]) for f in fields]
        assert made == [(c.name, c.type, c.required, c.meaning) for c in table.columns]
        detail = lakehouse.spark.sql(f"DESCRIBE DETAIL {lakehouse.identifier(name)}").first()
        assert detail is not None
        assert detail.description == table.meaning
        assert detail.clusteringColumns == list(table.cluster)
        checks = {key: value for key, value in detail.properties.items() if key.startswith("delta.constraints.")}
        assert checks == {f"delta.constraints.{key}": value for key, value in table.checks.items()}
    lakehouse.fitting.clear()
    ensure(lakehouse)
    assert {name: current_version(lakehouse, name) for name in TABLES} == dict.fromkeys(TABLES, 0)


def test_a_nullable_column_declared_later_is_added(lakehouse: Lakehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    append_missing(lakehouse, "ratings", ratings(lakehouse, "a"))
    mood = Column("mood", "string", "How the rater felt.")
    declare(monkeypatch, replace(TABLES["ratings"], columns=(*TABLES["ratings"].columns, mood)), lakehouse)
    ensure(lakehouse, "ratings")
    row = lakehouse.spark.table(lakehouse.identifier("ratings")).first()
    assert row is not None
    assert (row.rating_id, row.mood) == ("a", None)


def test_all_other_differences_are_told_at_once_and_change_nothing(
    lakehouse: Lakehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure(lakehouse, "ratings")
    columns = tuple(column for column in TABLES["ratings"].columns if column.name not in ("reason", "rating", "answer"))
    changed = (
        *columns,
        required("rating", "int", "Another type."),
        Column("answer", "string", "May be null now."),
        required("mood", "string", "May not be null."),
    )
    declare(monkeypatch, replace(TABLES["ratings"], columns=changed, checks={"a": "rating > 0"}), lakehouse)
    with pytest.raises(SchemaConflict) as told:
        ensure(lakehouse, "ratings")
    for conflict in (
        "`reason` is in the table, but not declared",
        "`rating` is double, declared int",
        "`answer` is required, declared nullable",
        "`mood` is declared and may not be null, but not in the table",
        "`delta.constraints.rating_in_range` is `rating BETWEEN 1 AND 5`, not declared",
        "`delta.constraints.a` is `not set`, declared `rating > 0`",
    ):
        assert conflict in str(told.value)
    assert current_version(lakehouse, "ratings") == 0


def test_ensuring_again_commits_nothing(lakehouse: Lakehouse) -> None:
    ensure(lakehouse, "ratings")
    lakehouse.fitting.clear()
    ensure(lakehouse, "ratings")
    assert current_version(lakehouse, "ratings") == 0


def test_retention_follows_the_settings(lakehouse: Lakehouse) -> None:
    ensure(lakehouse, "ratings")
    longer = replace(lakehouse.place, settings=lakehouse.settings.model_copy(update={"log_retention_days": 90}))
    ensure(replace(lakehouse, place=longer, fitting=set()), "ratings")
    detail = lakehouse.spark.sql(f"DESCRIBE DETAIL {lakehouse.identifier('ratings')}").first()
    assert detail is not None
    assert detail.properties["delta.logRetentionDuration"] == "interval 90 days"
