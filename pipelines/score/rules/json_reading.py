"""JSON as the standard has it and no more: no NaN, no name twice, no depth that exhausts a reader."""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import Any, NoReturn

DEEPEST = 100
STRINGS_AND_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


class NotJson(ValueError):
    """Why a text is not JSON; it quotes nothing of the text."""


def read_json(text: str) -> Any:
    """The value that a text holds."""
    if not text.strip():
        raise NotJson("it is empty")
    if depth_of(text) > DEEPEST:
        raise NotJson(f"it is nested deeper than {DEEPEST} levels")
    try:
        return json.loads(text, parse_constant=_no_number, parse_float=_finite, object_pairs_hook=_each_name_once)
    except json.JSONDecodeError as problem:
        raise NotJson(f"{problem.msg} at line {problem.lineno}, column {problem.colno}") from None
    except NotJson:
        raise
    except ValueError:
        raise NotJson("it holds a whole number of thousands of digits") from None


def depth_of(text: str) -> int:
    """How many brackets are open at once at most, outside of strings."""
    depth = deepest = 0
    for mark in STRINGS_AND_BRACKETS.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(mark[0], 0)
        deepest = max(deepest, depth)
    return deepest


def _no_number(name: str) -> NoReturn:
    raise NotJson(f"it holds {name}, which JSON does not know")


def _finite(digits: str) -> float:
    number = float(digits)
    if not isfinite(number):
        raise NotJson("it holds a number that is too large")
    return number


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) != len(pairs):
        raise NotJson("an object has a name twice")
    return named
