"""JSON Schema with limits: no answer makes a pattern backtrack without bound, or a comparison take for ever."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from pipelines.score.rules.patterns import found_in_time
from pipelines.score.rules.verdict import shown


def schema_errors(schema: dict[str, Any]) -> Callable[[Any], str | None]:
    """What gives a value's first error by the schema, or none."""
    from jsonschema.validators import Draft202012Validator, extend, validator_for

    keywords = {
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "uniqueItems": _unique_items,
    }
    kind = validator_for(schema, default=Draft202012Validator)
    return partial(_first_error, extend(kind, keywords)(schema))


def _first_error(validator: Any, value: Any) -> str | None:
    """The error that tells most, by where it is and what the schema asks there."""
    from jsonschema.exceptions import best_match

    error = best_match(validator.iter_errors(value))
    if error is None:
        return None
    asked = shown(json.dumps({error.validator: error.validator_value}, ensure_ascii=False))
    return f"at {shown(error.json_path)}: expected what the schema says, {asked}"


def _pattern(validator: Any, pattern: str, text: Any, schema: Any) -> Iterator[Any]:
    if isinstance(text, str) and not found_in_time(pattern, text):
        yield _error("the pattern is not found")


def _pattern_properties(validator: Any, patterns: dict[str, Any], value: Any, schema: Any) -> Iterator[Any]:
    named = value.items() if isinstance(value, dict) else ()
    for pattern, inner in patterns.items():
        for name, child in named:
            if found_in_time(pattern, name):
                yield from validator.descend(child, inner, path=name, schema_path=pattern)


def _additional_properties(validator: Any, allowed: Any, value: Any, schema: Any) -> Iterator[Any]:
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    names = [name for name in value if name not in known] if isinstance(value, dict) else []
    for name in names:
        if any(found_in_time(pattern, name) for pattern in patterns):
            continue
        if allowed is False:
            yield _error("a property too many")
        elif isinstance(allowed, dict):
            yield from validator.descend(value[name], allowed, path=name)


def _unique_items(validator: Any, unique: bool, items: Any, schema: Any) -> Iterator[Any]:
    if unique and isinstance(items, list) and len({_canonical(item) for item in items}) < len(items):
        yield _error("an item twice")


def _canonical(value: Any) -> str:
    """The same text for equal values: 1.0 is 1, and the order of names is nothing."""
    return json.dumps(_whole(value), sort_keys=True)


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _whole(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_whole(child) for child in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _error(message: str) -> Exception:
    from jsonschema.exceptions import ValidationError

    return ValidationError(message)
