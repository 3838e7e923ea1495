"""Settings as a tree in which each value knows the file and line that it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Node:
    """A scalar, a map of nodes or a list of nodes, and where it was written."""

    value: Any
    place: str

    @property
    def is_map(self) -> bool:
        return isinstance(self.value, dict)


def merge(lower: Node, upper: Node) -> Node:
    """Maps are joined key by key; anything else, lists and null included, replaces what was below."""
    if not (lower.is_map and upper.is_map):
        return upper
    joined = dict(lower.value)
    for key, child in upper.value.items():
        joined[key] = merge(joined[key], child) if key in joined else child
    return Node(joined, upper.place)


def plain(node: Node) -> Any:
    """The values alone."""
    if node.is_map:
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def as_tree(values: Any, place: str) -> Node:
    """The reverse of `plain`, with one place for all."""
    if isinstance(values, dict):
        return Node({key: as_tree(child, place) for key, child in values.items()}, place)
    if isinstance(values, list):
        return Node([as_tree(child, place) for child in values], place)
    return Node(values, place)


def leaves(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every value with its path; an empty map and a list of plain values count as values."""
    if node.is_map and node.value:
        children = list(node.value.items())
    elif isinstance(node.value, list) and any(child.is_map for child in node.value):
        children = list(enumerate(node.value))
    else:
        yield path, node
        return
    for key, child in children:
        yield from leaves(child, (*path, key))


def deepest(node: Node, path: Path) -> tuple[Path, Node]:
    """As far along the path as the tree goes: what is written nearest to a missing or unknown thing."""
    for depth, step in enumerate(path):
        inside = node.value[step] if _has(node, step) else None
        if inside is None:
            return path[:depth], node
        node = inside
    return path, node


def at(node: Node, path: Path) -> Node | None:
    """What is written at a path."""
    reached, found = deepest(node, path)
    return found if reached == path else None


def reached_by(node: Node, steps: Path) -> Path:
    """The path that is left of these steps without those that stand nowhere in the tree."""
    path: Path = ()
    for step in steps:
        if _has(node, step):
            path, node = (*path, step), node.value[step]
    return path


def _has(node: Node, step: str | int) -> bool:
    if node.is_map:
        return step in node.value
    return isinstance(node.value, list) and isinstance(step, int) and step < len(node.value)


def without(node: Node, path: Path) -> Node:
    """The tree with nothing at a path; inside a list nothing is taken out."""
    step, rest = path[0], path[1:]
    if not (node.is_map and step in node.value):
        return node
    if rest:
        return Node({**node.value, step: without(node.value[step], rest)}, node.place)
    return Node({key: child for key, child in node.value.items() if key != step}, node.place)


def nested(path: tuple[str, ...], leaf: Node) -> Node:
    """A tree that holds one value at a path."""
    for step in reversed(path):
        leaf = Node({step: leaf}, leaf.place)
    return leaf


def dotted(path: Path) -> str:
    return ".".join(str(step) for step in path)
