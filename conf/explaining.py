"""Pydantic's errors in our words: what was expected, what came, what to do."""

import json
from collections.abc import Iterable
from difflib import get_close_matches
from math import isfinite
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from conf.layers import SET
from conf.mistakes import Mistake
from conf.nodes import Node, Path, at, deepest, dotted, reached_by
from conf.secret_names import looks_like_secret_value
from conf.shapes import all_paths, chosen, inside, meaning_at, section_of

SECRET_REMEDY = (
    "Write only a name; the value belongs into the environment (lakewheel/subject_key is looked for in "
    "LAKEWHEEL_SUBJECT_KEY), a Databricks secret scope, or a file under secrets/ in the home folder."
)
EXPECTED = {
    "bool_type": "true or false",
    "dict_type": "a map of names to values",
    "finite_number": "a finite number",
    "float_type": "a number",
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "int_from_float": "a whole number",
    "int_type": "a whole number",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number of at most {le}",
    "list_type": "a list",
    "literal_error": "{expected}",
    "model_type": "a section (names and values, indented below it)",
    "string_pattern_mismatch": "text of the form {pattern}",
    "string_too_short": "text",
    "string_type": "text",
    "too_short": "at least {min_length} of them",
    "tuple_type": "a list",
    "union_tag_invalid": "one of {expected_tags} under {discriminator}",
    "union_tag_not_found": "{discriminator} to say which kind it is",
}
KINDS = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "a map",
}


def shown(value: Any) -> str:
    """A value as YAML would have it, short, and never a secret."""
    if value is None:
        return "nothing (null)"
    text = json.dumps(value, ensure_ascii=False)
    if looks_like_secret_value(text):
        return "something that looks like a secret (not shown)"
    return f"{text if len(text) <= 60 else text[:57] + '...'} ({KINDS[type(value)]})"


def unknown_name(model: type[BaseModel], path: Path, tree: Node) -> str:
    """The near miss beside it, the same name in another section, or all the names there are."""
    annotation: Any = model
    for depth, step in enumerate(path[:-1], 1):
        annotation = chosen(inside(annotation, step), at(tree, path[:depth]))
    section = section_of(annotation)
    siblings = list(section.model_fields) if section else []
    name = str(path[-1])
    near = [dotted((*path[:-1], match)) for match in get_close_matches(name, siblings, n=1)]
    elsewhere = [known for known in all_paths(model) if known.rpartition(".")[2] == name]
    found = near or elsewhere
    return f"Did you mean {found[0]}?" if found else f"There are: {', '.join(siblings)}."


def explain(model: type[BaseModel], tree: Node, errors: Iterable[ErrorDetails]) -> list[Mistake]:
    """One mistake per path: the branches of a union tell of the same value."""
    by_path: dict[Path, list[ErrorDetails]] = {}
    for error in errors:
        by_path.setdefault(_written_path(tree, error), []).append(error)
    return [_one(model, tree, path, found) for path, found in by_path.items()]


def _written_path(tree: Node, error: ErrorDetails) -> Path:
    """Pydantic's location without the names of union branches, which stand in no file."""
    reached = reached_by(tree, error["loc"])
    return (*reached, error["loc"][-1]) if error["type"] == "missing" else reached


def _one(model: type[BaseModel], tree: Node, path: Path, errors: list[ErrorDetails]) -> Mistake:
    place, name, error = deepest(tree, path)[1].place, dotted(path), errors[0]
    if error["type"] == "extra_forbidden":
        return Mistake(place, name, "no such setting.", unknown_name(model, path, tree))
    if error["type"] == "missing":
        remedy = f"Add {path[-1]}: ... ({meaning_at(model, path, tree)})"
        return Mistake(place, name, "expected a value, none is given.", remedy)
    expected = " or ".join(dict.fromkeys(map(_expected, errors)))
    got = "something else (not shown)" if error["type"] == "secret_name" else shown(error["input"])
    remedy = _remedy(model, tree, path, errors)
    return Mistake(place, name, f"expected {expected}, got {got}.", remedy)


def _expected(error: ErrorDetails) -> str:
    phrase = EXPECTED.get(error["type"])
    return phrase.format(**error.get("ctx", {})) if phrase else error["msg"]


def _remedy(model: type[BaseModel], tree: Node, path: Path, errors: list[ErrorDetails]) -> str:
    value, kinds, place = errors[0]["input"], {error["type"] for error in errors}, deepest(tree, path)[1].place
    if "secret_name" in kinds:
        return SECRET_REMEDY
    if "model_type" in kinds:
        return "Write its settings below it, indented, or take the line out."
    if "bool_type" in kinds and isinstance(value, str):
        return "Write true or false, without quotes."
    number = _as_number(value, whole="float_type" not in kinds)
    if kinds & {"int_type", "float_type", "int_from_float"} and number is not None:
        return f"Write {number}, without quotes." if isinstance(value, str) else f"Write {number}."
    if "string_type" in kinds and isinstance(value, (bool, int, float)):
        quoted = f'"{json.dumps(value)}"'
        return f"Write --set '{dotted(path)}={quoted}'." if place == SET else f"Put it in quotes: {quoted}."
    return f"What it means: {meaning_at(model, path, tree)}"


def _as_number(value: Any, *, whole: bool) -> int | float | None:
    """The number that was probably meant by "4", 1_000 or 1e5."""
    if not isinstance(value, (str, float)):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    if number.is_integer():
        return int(number)
    return number if isfinite(number) and not whole else None
