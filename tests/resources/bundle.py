"""The bundle as a target deploys it: files merged, the target laid over them, and every ${...} replaced."""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
TARGETS = ("dev", "staging", "prod")
REFERENCE = re.compile(r"\$\{([\w.]+)\}")
GIVEN = {"run_as": "the-application-id-of-a-principal", "notify": "whoever-watches"}
"""What no default can know: whoever deploys to staging and prod says it (BUNDLE_VAR_run_as, BUNDLE_VAR_notify)."""
WORKSPACE = {"current_user": {"userName": "whoever-deploys"}}


class OneOfEach(yaml.SafeLoader):
    """YAML takes the last of two equal keys in silence; here the second is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"one of {keys} stands twice {node.start_mark}"
        return super().construct_mapping(node, deep)


def read_yaml(file: Path) -> Any:
    return yaml.load(file.read_text(), Loader=OneOfEach)


def files() -> list[Path]:
    """databricks.yml and every file that it includes."""
    root = ROOT / "databricks.yml"
    included = [file for pattern in read_yaml(root)["include"] for file in sorted(ROOT.glob(pattern))]
    assert len(included) >= 8
    return [root, *included]


def written() -> dict[str, Any]:
    """All files as one, nothing replaced."""
    whole: dict[str, Any] = {}
    for file in files():
        whole = over(whole, read_yaml(file))
    return whole


def over(lower: Any, upper: Any) -> Any:
    """Maps are merged and lists are joined, as the bundle does with a target and what is below it."""
    if isinstance(lower, dict) and isinstance(upper, dict):
        both = {name: over(lower[name], upper[name]) for name in lower.keys() & upper.keys()}
        return {**lower, **upper, **both}
    return [*lower, *upper] if isinstance(lower, list) and isinstance(upper, list) else upper


def deployed(target: str, **given: str) -> dict[str, Any]:
    """What this target deploys; a reference to nothing is an error."""
    whole = written()
    of_target = whole.pop("targets")[target]
    variables = {name: one["default"] for name, one in whole["variables"].items() if "default" in one}
    values = {**GIVEN, **variables, **of_target.pop("variables", {}), **given}
    assert values.keys() == whole["variables"].keys()
    whole = over(whole, of_target) | {"variables": values}
    known = {**whole, "var": values, "workspace": WORKSPACE, "bundle": {**whole["bundle"], "target": target}}
    return {name: replaced(part, known) for name, part in whole.items()}


def replaced(value: Any, known: dict[str, Any]) -> Any:
    """A text that is one reference becomes what it names, of whatever kind; within a text it becomes text."""
    if isinstance(value, dict):
        return {name: replaced(one, known) for name, one in value.items()}
    if isinstance(value, list):
        return [replaced(one, known) for one in value]
    if not isinstance(value, str):
        return value
    if whole := REFERENCE.fullmatch(value):
        return replaced(named(whole[1], known), known)
    return REFERENCE.sub(lambda found: str(replaced(named(found[1], known), known)), value)


def named(path: str, known: dict[str, Any]) -> Any:
    found: Any = known
    for name in path.split("."):
        assert isinstance(found, dict) and name in found, f"${{{path}}} refers to nothing: there is no {name}"
        found = found[name]
    return found
