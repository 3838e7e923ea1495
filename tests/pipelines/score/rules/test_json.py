"""JSON as the standard has it, by a schema, and equal to gold."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.score.rules.json_schemas import schema_errors
from tests.pipelines.score.rules.judging import LONG, judge

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from([0.0, 1.0, 1.5]) | st.sampled_from(["a", "1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "xa"]), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("", "empty"),
        ("Sure! {}", "Expecting value"),
        ('{"a": NaN}', "NaN"),
        ("[Infinity]", "Infinity"),
        ("[-Infinity]", "-Infinity"),
        ("[1e999]", "too large"),
        ('{"a": 1, "a": 2}', "a name twice"),
        ('{"b": [{"a": 1, "a": 1}]}', "a name twice"),
        ("[" * LONG, "deeper than 100"),
        ('{"a":' * 30_000 + "1" + "}" * 30_000, "deeper than 100"),
        ("9" * LONG, "thousands of digits"),
        ('"' + "\\" * LONG, "JSON"),
        ("{'a': 1}", "double quotes"),
        ("[1,]", "JSON"),
    ],
)
def test_what_is_not_json_fails_with_a_reason(answer: str, why: str) -> None:
    score = judge(answer, check="json")
    assert (score.value, score.passed) == (0.0, False)
    assert why in str(score.reason)


@pytest.mark.parametrize(
    "answer",
    [
        "null",
        ' {"a": [1, 2.5, "NaN"]}\n',
        'Here it is:\n```json\n{"a": 1}\n```\nAnything else?',
        "```\n[1]\n```",
        '```text\nno\n```\n~~~json\n{"a": 1}',
        json.dumps(["x" * LONG]),
        "[" * 100 + "]" * 100,
        '["[[[["' + ',"]"' * 200 + "]",
        '{"a": "\\ud83d\\ude00 é"}',
    ],
)
def test_valid_json_passes_bare_or_fenced(answer: str) -> None:
    assert judge(answer, check="json").passed


def test_bare_means_nothing_around_it() -> None:
    assert judge("```json\n1\n```", check="json", bare=True).passed is False
    assert judge("1", check="json", bare=True).passed


def test_a_schema_tells_where_and_what_and_quotes_nothing_of_the_answer() -> None:
    schema = {"type": "object", "properties": {"total": {"type": "number"}}, "additionalProperties": False}
    assert judge('{"total": 3}', check="json", json_schema=schema).passed
    score = judge('{"total": "a secret"}', check="json", json_schema=schema)
    assert score.reason == """at '$.total': expected what the schema says, '{"type": "number"}'"""


def test_a_pattern_of_a_schema_that_backtracks_without_bound_is_given_up() -> None:
    for schema in ({"items": {"pattern": "^(a|a)*$"}}, {"items": {"patternProperties": {"^(a|a)*$": False}}}):
        bomb = "a" * 40 + "!"
        began = time.monotonic()
        score = judge(json.dumps([bomb, {bomb: 1}]), check="json", json_schema=schema)
        assert time.monotonic() - began < 10
        assert score.value is None
        assert "given up" in str(score.reason)


def test_ten_thousand_objects_are_compared_in_a_moment() -> None:
    items = [{"n": number} for number in range(9000)]
    began = time.monotonic()
    assert judge(json.dumps(items), check="json", json_schema={"uniqueItems": True}).passed
    assert judge(json.dumps([*items, {"n": 5}]), check="json", json_schema={"uniqueItems": True}).passed is False
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "schema",
    [
        {"items": {"uniqueItems": True}, "uniqueItems": True},
        {"properties": {"a": {}}, "patternProperties": {"^x": {"type": "array"}}, "additionalProperties": False},
        {"patternProperties": {"^x": {}, "a$": {"type": "string"}}, "additionalProperties": {"type": "boolean"}},
        {"items": {"type": "string", "pattern": "^[a-z]$"}},
    ],
)
@settings(deadline=None)
@given(value=VALUES)
def test_our_keywords_say_what_the_librarys_own_say(schema: dict[str, object], value: object) -> None:
    from jsonschema import Draft202012Validator

    assert (schema_errors(schema)(value) is None) == Draft202012Validator(schema).is_valid(value)


GOLD = '{"order": "AB-1", "total": 10.5, "customer": {"name": "Anna", "ids": [1, 2]}, "paid": true}'


@pytest.mark.parametrize(
    ("answer", "fields", "value"),
    [
        (GOLD, [], 1.0),
        ('{"total": 10.504, "order": "AB-1"}', ["order", "total"], 1.0),
        ('{"total": 10.52, "order": "AB-1"}', ["order", "total"], 0.5),
        ('{"customer": {"name": "Anna"}}', ["customer.name"], 1.0),
        ('{"customer.name": "Anna"}', ["customer.name"], 1.0),
        ('{"customer": {"ids": [2, 1]}}', ["customer.ids"], 0.0),
        ('{"paid": 1}', ["paid"], 0.0),
        ('{"order": "AB-1"}', [], 0.25),
        ('{"total": 1' + "0" * 400 + "}", ["total"], 0.0),
        ("[1]", ["order"], 0.0),
        ("no", ["order"], 0.0),
    ],
)
def test_fields_are_compared_with_gold(answer: str, fields: list[str], value: float) -> None:
    score = judge(answer, [GOLD], check="json_fields", fields_equal=fields, tolerance=0.005)
    assert (score.value, score.passed) == (value, value == 1.0)


def test_the_nearest_gold_counts_and_without_one_nothing_is_said() -> None:
    assert judge('{"a": 2}', ['{"a": 1}', '{"a": 2}'], check="json_fields", tolerance=0).passed
    for golds in ([], ["not JSON"], ["{}"], ['{"b": 1}']):
        assert judge("{}", golds, check="json_fields", fields_equal=["a"], tolerance=0).value is None
