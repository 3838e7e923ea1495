"""How YAML is read: as written, with lines, without the traps of its older rules."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conf.mistakes import Unreadable
from conf.nodes import leaves, plain
from conf.reading import read_yaml

# Neither control characters nor Unicode's own line breaks, which YAML does not take as they are.
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn", "Zl", "Zp"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=12,
)


def read(text: str) -> Any:
    return plain(read_yaml(text, "a.yml")[0])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),  # YAML 1.1: false
        ("on", "on"),  # true
        ("1e5", 100000.0),  # text
        ("010", 10),  # 8
        ("12:30", "12:30"),  # 750
        ("1_000", "1_000"),  # 1000
        ("2026-11-21", "2026-11-21"),  # a date
        ("0x1F", "0x1F"),  # 31
        ("=", "="),  # an error
        ("true", True),
        ("null", None),
        ("~", None),
        ("''", ""),
        ("'4'", "4"),
        ("-4", -4),
        (".5", 0.5),
        ("9" * 40, 10**40 - 1),
        (
            "9" * 5000,
            float("inf"),
        ),  # more digits than Python turns into a whole number; refused as not finite
    ],
)
def test_a_plain_value_is_what_it_looks_like(text: str, value: object) -> None:
    found = read(text)
    assert found == value
    assert type(found) is type(value)


@settings(deadline=None)
@given(VALUES)
def test_any_json_value_is_read_back_equal(value: Any) -> None:
    assert json.dumps(read(json.dumps(value, ensure_ascii=False))) == json.dumps(value)


def test_each_value_knows_the_line_of_its_name() -> None:
    tree, _ = read_yaml("a: 1\nb:\n  c:\n    - 2\n    - 3\n  d: |\n    two\n    lines\n", "a.yml")
    assert [(path, leaf.place) for path, leaf in leaves(tree)] == [
        (("a",), "a.yml:1"),
        (("b", "c"), "a.yml:3"),
        (("b", "d"), "a.yml:6"),
    ]


def test_a_name_written_twice_is_told_with_both_lines_and_the_first_is_kept() -> None:
    tree, mistakes = read_yaml("a:\n  b: 1\n  c: 2\n  b: 3\n", "a.yml")
    assert plain(tree) == {"a": {"b": 1, "c": 2}}
    assert [str(mistake) for mistake in mistakes] == [
        "a.yml:4: a.b: is written twice, first at a.yml:2. Keep one of them."
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [1]\nb: *x\n",
        "a: 1\nb: !!python/object/apply:os.system ['true']\n",
        "a: 1\nb: !ours {c: 1}\n",
        "a: 1\n[b]: 2\n",
        "a: 1\n--- {b: 1}\n",
        "a: 1\nb: {\n",
    ],
)
def test_what_settings_have_no_use_for_is_refused_at_its_line(text: str) -> None:
    with pytest.raises(Unreadable) as raised:
        read_yaml(text, "a.yml")
    assert raised.value.mistake.place in ("a.yml:2", "a.yml:3")
