"""Values as JSON has them: a walk over every text in them, with the name of its field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Rewrite = Callable[[str, str], str]
"""From a text and the name of its field to what is stored; the name is empty where there is none."""


def texts_in(value: Any) -> Iterator[str]:
    """Every text at any depth, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from texts_in(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from texts_in(inner)


def rewritten(value: Any, rewrite: Rewrite, name: str = "") -> Any:
    """The same shape with every text rewritten. Keys that become equal keep the last value."""
    if isinstance(value, str):
        return rewrite(value, name)
    if isinstance(value, Mapping):
        return {rewrite(str(key), ""): rewritten(inner, rewrite, str(key)) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [rewritten(inner, rewrite, name) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool):
        stored = rewrite(str(value), name)
        return value if stored == str(value) else stored
    return value
