"""YAML text into a tree of values with their lines, by the plain rules of YAML 1.2 and nothing more."""

import re
from collections.abc import Callable
from typing import Any

import yaml

from conf.mistakes import Mistake, Unreadable
from conf.nodes import Node, Path, dotted

TAG = "tag:yaml.org,2002:"
CONVERTERS: dict[str, Callable[[str], Any]] = {
    TAG + "null": lambda text: None,
    TAG + "bool": lambda text: text.lower() == "true",
    TAG + "int": int,
    TAG + "float": float,
    TAG + "str": str,
}
PATTERNS = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", ["t", "T", "f", "F"]),
    ("int", r"[-+]?[0-9]{1,4000}", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
)


class _Loader(yaml.SafeLoader):
    """YAML 1.1 reads `no` as false, 010 as 8, 12:30 as 750 and 1e5 as text; YAML 1.2 has no such traps."""

    yaml_implicit_resolvers = {}  # noqa: RUF012

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise _refusal("an alias; write the value itself", self.peek_event())
        node = super().compose_node(parent, index)
        if node and node.tag not in {*CONVERTERS, TAG + "map", TAG + "seq"}:
            raise _refusal(f"the tag {node.tag}; write a plain value", node)
        return node


def _refusal(problem: str, written: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=written.start_mark)


for kind, pattern, first_characters in PATTERNS:
    _Loader.add_implicit_resolver(TAG + kind, re.compile(f"^(?:{pattern})$"), first_characters)


def read_yaml(text: str, file: str, line_numbers: bool = True) -> tuple[Node, list[Mistake]]:
    """The tree of one file, or of one --set value, and what is written twice in it."""
    reader = _Reader(file, line_numbers)
    try:
        root = _Loader(text).get_single_node()
        return (reader.read(root, ()) if root else Node(None, file)), reader.mistakes
    except yaml.MarkedYAMLError as error:
        place = reader.place(error.problem_mark) if error.problem_mark else file
        problem = f"expected YAML, got this: {error.problem}."
        raise Unreadable(Mistake(place, "", problem, "Correct the line, or quote the text.")) from None
    except (yaml.YAMLError, RecursionError):
        problem = "expected YAML, got characters or a depth that no settings have."
        raise Unreadable(Mistake(file, "", problem, "Save it as plain UTF-8 text.")) from None


class _Reader:
    """The nodes of one text with their places; names written twice are told in `mistakes`."""

    def __init__(self, file: str, line_numbers: bool) -> None:
        self.file = file
        self.line_numbers = line_numbers
        self.mistakes: list[Mistake] = []

    def place(self, mark: yaml.Mark) -> str:
        return f"{self.file}:{mark.line + 1}" if self.line_numbers else self.file

    def read(self, node: yaml.Node, path: Path) -> Node:
        place = self.place(node.start_mark)
        if isinstance(node, yaml.MappingNode):
            return Node(self._read_map(node, path), place)
        if isinstance(node, yaml.SequenceNode):
            return Node([self.read(child, (*path, at)) for at, child in enumerate(node.value)], place)
        return Node(_converted(node), place)

    def _read_map(self, node: yaml.MappingNode, path: Path) -> dict[str, Node]:
        children: dict[str, Node] = {}
        for name_node, value_node in node.value:
            if not isinstance(name_node, yaml.ScalarNode):
                raise _refusal("a list or a map before a colon; write one name", name_node)
            # The place of a setting is the line of its name, also where its value begins on the next.
            place, name = self.place(name_node.start_mark), name_node.value
            child = self.read(value_node, (*path, name))
            if name in children:
                problem = f"is written twice, first at {children[name].place}."
                self.mistakes.append(Mistake(place, dotted((*path, name)), problem, "Keep one of them."))
            else:
                children[name] = Node(child.value, place)
        return children


def _converted(node: yaml.Node) -> Any:
    try:
        return CONVERTERS[node.tag](node.value)
    except ValueError:
        return node.value
