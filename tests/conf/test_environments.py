"""The files of the environments, and the classes that they fill."""

from importlib.resources import files

import pytest
from pydantic import BaseModel

from conf import Settings, environments, load_settings
from conf.nodes import Node, Path, as_tree, deepest, leaves, plain
from conf.reading import read_yaml
from conf.shapes import all_paths, bare, meaning_at, section_of


def written_in(name: str) -> dict[Path, object]:
    tree, _ = read_yaml(files("conf").joinpath(f"{name}.yml").read_text(), name)
    return {path: plain(leaf) for path, leaf in leaves(tree)}


def used_by(name: str) -> Node:
    return as_tree(load_settings(name).settings.model_dump(mode="json"), name)


def fields(model: type[BaseModel]) -> list[tuple[str, object, bool]]:
    """Every field at any depth: its class and name, its annotation, whether it has a default."""
    found: list[tuple[str, object, bool]] = []
    for name, field in model.model_fields.items():
        found.append((f"{model.__name__}.{name}", field.annotation, not field.is_required()))
        section = section_of(field.annotation)
        found += fields(section) if section else []
    return found


def test_the_environments_are_the_five_of_the_design() -> None:
    assert environments() == ("demo", "dev", "prod", "staging", "test")


@pytest.mark.parametrize("name", ["base", *environments()])
def test_each_environment_loads_and_carries_its_own_name(name: str) -> None:
    assert load_settings(name).settings.environment == name


@pytest.mark.parametrize("name", environments())
def test_each_environment_holds_only_what_differs_from_base_and_from_what_it_extends(name: str) -> None:
    written = written_in(name)
    below = {"base", str(written.pop(("extends",), "base"))}
    assert written
    alone = {path: value for path, value in written.items() if not any(isinstance(part, int) for part in path)}
    same = [(path, lower) for lower in below for path, value in alone.items() if value_of(lower, path) == value]
    assert same == []  # but for parts of a list, which is always written as a whole


def value_of(environment: str, path: Path) -> object:
    reached, node = deepest(used_by(environment), path)
    is_name_in_map = reached == path[:-1] and plain(node) == {}
    assert reached == path or is_name_in_map
    return None if is_name_in_map else plain(node)


def test_base_writes_every_setting_once() -> None:
    """A section that may be left out is written as null, so that what is in it has no value."""
    nullable = [name for name, annotation, _ in fields(Settings) if section_of(annotation) and bare(annotation)[1]]
    assert nullable == ["SparkSettings.unity_catalog", "EngineSettings.url", "PretrainSettings.begin"]
    left_out = ("spark.unity_catalog", "engine.url", "tune.pretrain.begin")
    sections = {name for name in all_paths(Settings) if any(o.startswith(f"{name}.") for o in all_paths(Settings))}
    within = {path for path in all_paths(Settings) if path.startswith(tuple(f"{name}." for name in left_out))}
    expected = set(all_paths(Settings)) - within - (sections - set(left_out))
    by_name = ("generate.strategies", "score.workloads", "release.thresholds", "cleaning.words.stop_words")
    written = {".".join(map(str, path)) for path in written_in("base")}
    assert {next((one for one in by_name if path.startswith(f"{one}.")), path) for path in written} == expected


def test_no_field_has_a_default_because_defaults_live_in_base() -> None:
    assert len(fields(Settings)) > 30
    assert [name for name, _, has_default in fields(Settings) if has_default] == []


def test_every_setting_and_section_is_told_in_one_sentence() -> None:
    meanings = {path: meaning_at(Settings, tuple(path.split("."))) for path in all_paths(Settings)}
    assert len(meanings) > 30
    not_one_sentence = {
        path: meaning
        for path, meaning in meanings.items()
        if not (meaning[:1].isupper() and meaning.endswith(".") and ". " not in meaning and "\n" not in meaning)
    }
    assert not_one_sentence == {}


@pytest.mark.parametrize("name", ["dev", "staging", "prod"])
def test_a_workspace_uses_its_own_spark_and_catalog(name: str) -> None:
    settings = load_settings(name).settings
    assert settings.lakehouse.storage == "catalog"
    assert settings.spark.session == "databricks"
    assert settings.lakehouse.catalog == f"lakewheel_{name}"


@pytest.mark.parametrize("name", ["demo", "test"])
def test_a_laptop_needs_nothing_but_itself(name: str) -> None:
    settings = load_settings(name).settings
    assert (settings.lakehouse.storage, settings.spark.session, settings.ray.cluster) == (
        "local",
        "local",
        "embedded",
    )
    assert (settings.tracking.uri, settings.spark.unity_catalog) == (None, None)
