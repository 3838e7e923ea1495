"""JSON checks: valid, by a JSON Schema, and with the fields of a gold answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from conf.rules import JsonCheck, JsonFieldsCheck
from pipelines.score.protocol import Score, Subject
from pipelines.score.rules.blocks import code_of
from pipelines.score.rules.json_reading import NotJson, read_json
from pipelines.score.rules.json_schemas import schema_errors
from pipelines.score.rules.verdict import Check, abstained, failed, judged, shown

MISSING = object()


def json_check(settings: JsonCheck) -> Check:
    """Valid JSON, and by the schema where there is one."""
    schema = json.loads(settings.model_dump_json())["json_schema"]
    first_error = schema_errors(schema) if schema is not None else None

    def judge(subject: Subject) -> Score:
        try:
            value = read_json(subject.answer if settings.bare else code_of(subject.answer, "json"))
        except NotJson as problem:
            return failed(f"not JSON: {problem}")
        error = first_error(value) if first_error else None
        return judged(error is None, error or "")

    return judge


def json_fields_check(settings: JsonFieldsCheck) -> Check:
    """The share of fields that equal those of the gold answer that is nearest."""
    return partial(_compare_fields, settings)


def _compare_fields(settings: JsonFieldsCheck, subject: Subject) -> Score:
    golds = [gold for gold in map(_object_or_none, subject.golds) if gold is not None]
    wanted = [(gold, settings.fields_equal or tuple(gold)) for gold in golds]
    wanted = [(gold, names) for gold, names in wanted if names and _holds_all(gold, names)]
    if not wanted:
        return abstained("no gold answer is a JSON object with these fields")
    try:
        value = read_json(code_of(subject.answer, "json"))
    except NotJson as problem:
        return failed(f"not JSON: {problem}")
    results = [(_different(value, gold, names, settings.tolerance), names) for gold, names in wanted]
    different, names = min(results, key=lambda result: len(result[0]) / len(result[1]))
    reason = f"other than gold, or missing: {shown(', '.join(different))}"
    return judged(not different, reason, 1 - len(different) / len(names))


def _object_or_none(text: str) -> dict[str, Any] | None:
    try:
        value = read_json(code_of(text, "json"))
    except NotJson:
        return None
    return value if isinstance(value, dict) else None


def _holds_all(gold: Any, names: tuple[str, ...]) -> bool:
    return all(_field(gold, name) is not MISSING for name in names)


def _different(value: Any, gold: Any, names: tuple[str, ...], tolerance: float) -> list[str]:
    return [name for name in names if not alike(_field(value, name), _field(gold, name), tolerance)]


def _field(value: Any, name: str) -> Any:
    """A name as it stands, else the way through inner objects."""
    if isinstance(value, dict) and name in value:
        return value[name]
    outer, dot, inner = name.partition(".")
    inside = value.get(outer, MISSING) if isinstance(value, dict) and dot else MISSING
    return _field(inside, inner) if inside is not MISSING else MISSING


def alike(left: Any, right: Any, tolerance: float) -> bool:
    """Equal as JSON is: true is no 1, the order of names is nothing, and numbers may differ by the tolerance."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left == right or _near(left, right, tolerance)
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(alike(left[name], right[name], tolerance) for name in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(partial(alike, tolerance=tolerance), left, right))
    return type(left) is type(right) and left == right


def _near(left: float, right: float, tolerance: float) -> bool:
    try:
        return abs(left - right) <= tolerance
    except OverflowError:  # a whole number that no floating point number comes near to
        return False
