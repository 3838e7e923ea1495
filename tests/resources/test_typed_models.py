"""Every resource as the typed models of `databricks-bundles` have it, which are what Databricks publishes."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from databricks.bundles.core import Resource
from databricks.bundles.experiments import MlflowExperiment
from databricks.bundles.jobs import Job
from databricks.bundles.registered_models import RegisteredModel
from databricks.bundles.schemas import Schema
from databricks.bundles.volumes import Volume

from tests.resources.bundle import TARGETS, deployed, files, read_yaml

MODELS: dict[str, type[Resource]] = {
    "experiments": MlflowExperiment,
    "jobs": Job,
    "registered_models": RegisteredModel,
    "schemas": Schema,
    "volumes": Volume,
}
FREE = ("spark_conf",)
"""Maps whose names are anybody's."""


def resources(target: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Kind, name and content of each."""
    found = deployed(target)["resources"]
    return [(kind, name, one) for kind, of_kind in found.items() for name, one in of_kind.items()]


@pytest.mark.parametrize("target", TARGETS)
def test_every_resource_is_what_databricks_knows_and_nothing_of_it_is_lost(target: str) -> None:
    found = resources(target)
    assert {kind for kind, _, _ in found} == MODELS.keys()
    assert {name for kind, name, _ in found if kind == "jobs"} == {"loop", "documents", "evaluation", "upkeep"}
    for kind, _, content in found:
        assert MODELS[kind].from_dict(content).as_dict() == content  # type: ignore[attr-defined]


def test_an_unknown_field_is_refused_at_any_depth() -> None:
    tried = 0
    for kind, name, content in resources("prod"):
        for path in maps_in(content):
            spoiled = deepcopy(content)
            at(spoiled, path)["max_retrys"] = 1
            with pytest.raises((TypeError, ValueError), match="max_retrys"):
                MODELS[kind].from_dict(spoiled)  # type: ignore[attr-defined]
                pytest.fail(f"{kind} {name} {path}")
            tried += 1
    assert tried > 80
    assert max(len(path) for _, _, content in resources("prod") for path in maps_in(content)) >= 4


def test_a_value_of_the_wrong_kind_is_refused() -> None:
    (loop,) = [content for _, name, content in resources("prod") if name == "loop"]
    for path, value in ((("max_concurrent_runs",), "many"), (("tasks", 0, "python_wheel_task"), "lakewheel")):
        spoiled = deepcopy(loop)
        at(spoiled, path[:-1])[path[-1]] = value
        with pytest.raises((TypeError, ValueError)):
            Job.from_dict(spoiled)  # type: ignore[arg-type]


def test_each_file_holds_one_thing() -> None:
    for file in files()[1:]:
        content = read_yaml(file)
        assert [*content] == ["resources"], file.name
        assert [len(of_kind) for of_kind in content["resources"].values()] == [1], file.name


def maps_in(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(content, dict):
        yield path
    below = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for name, one in below:
        if name not in FREE:
            yield from maps_in(one, (*path, name))


def at(content: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        content = content[name]
    return content
