"""The door `settings`: each value with its origin and its meaning, for people, programs and documents."""

from __future__ import annotations

import json

from conf import Resolved, glossary
from tests.jobs.conftest import Typed


def test_every_setting_is_shown_with_where_it_came_from(typed: Typed, resolved: Resolved) -> None:
    seen = typed("settings", "--conf", "test")
    for entry in glossary(resolved):
        assert f"{entry.path}: {entry.value_text}  ({entry.origin})\n    {entry.meaning}\n" in seen.out
    assert resolved.fingerprint in seen.out


def test_json_is_the_glossary(typed: Typed, resolved: Resolved) -> None:
    told = json.loads(typed("settings", "--conf", "test", "--json").out)
    assert [(one["path"], one["value"]) for one in told] == [(one.path, one.value) for one in glossary(resolved)]


def test_markdown_of_one_section_is_one_table(typed: Typed) -> None:
    told = typed("settings", "ray", "--markdown").out
    assert [line for line in told.splitlines() if line.startswith("## ")] == ["## ray"]
    assert "| `ray.cluster` | `embedded` |" in told


def test_a_section_that_is_not_there_names_those_that_are(typed: Typed) -> None:
    seen = typed("settings", "sparq")
    assert seen.code == 2
    assert "lakehouse" in seen.err and "sparq" in seen.err
