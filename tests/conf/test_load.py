"""From files and --set to settings: which value wins, and where it is said to come from."""

import copy
import json
import pickle
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from conf import load_settings


def line_of(environment: str, path: str) -> str:
    """Where the file of an environment names a setting, counted without our reader."""
    section, name = path.split(".")
    lines = files("conf").joinpath(f"{environment}.yml").read_text().splitlines()
    start = lines.index(f"{section}:")
    return next(f"{environment}.yml:{at + 1}" for at in range(start, len(lines)) if lines[at].startswith(f"  {name}:"))


def test_a_value_comes_from_the_highest_layer_that_names_it(tmp_path: Path) -> None:
    ours = tmp_path / "ours.yml"
    ours.write_text("extends: prod\nlakehouse:\n  schema_name: support\n")
    resolved = load_settings(ours, ["documents.max_characters=50"])
    origins = {
        "documents.max_file_megabytes": line_of("base", "documents.max_file_megabytes"),
        "spark.session": line_of("dev", "spark.session"),  # prod extends dev
        "lakehouse.catalog": line_of("prod", "lakehouse.catalog"),  # dev names it too
        "lakehouse.schema_name": f"{ours}:3",
        "documents.max_characters": "--set",
    }
    assert {path: resolved.origins[path] for path in origins} == origins
    assert resolved.settings.lakehouse.schema_name == "support"
    assert resolved.settings.lakehouse.catalog == "lakewheel_prod"
    assert resolved.settings.documents.max_characters == 50
    assert resolved.overrides == ("documents.max_characters=50",)


def test_a_file_that_extends_nothing_builds_on_base(tmp_path: Path) -> None:
    (tmp_path / "ours.yml").write_text("environment: ours\n")
    resolved = load_settings(tmp_path / "ours.yml")
    expected = load_settings("base").settings.model_copy(update={"environment": "ours"})
    assert resolved.settings == expected


def test_an_empty_file_is_base(tmp_path: Path) -> None:
    (tmp_path / "ours.yml").write_text("# nothing yet\n")
    assert load_settings(tmp_path / "ours.yml").settings == load_settings("base").settings


def test_a_file_may_extend_the_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "team.yml").write_text("extends: test\ndocuments: {max_characters: 7}\n")
    (tmp_path / "mine.yml").write_text("extends: team.yml\nprompts: {max_characters: 8}\n")
    settings = load_settings(str(tmp_path / "mine.yml")).settings
    assert (settings.environment, settings.documents.max_characters, settings.prompts.max_characters) == (
        "test",
        7,
        8,
    )


def test_of_two_overrides_of_one_setting_the_later_wins() -> None:
    resolved = load_settings("demo", ["spark.cores=1", "spark.cores=3"])
    assert resolved.settings.spark.cores == 3


def test_an_optional_section_can_be_set_whole_and_taken_away(tmp_path: Path) -> None:
    ours = tmp_path / "ours.yml"
    ours.write_text(
        "lakehouse: {storage: catalog, catalog: unity}\n"
        "spark:\n  unity_catalog: {uri: 'http://localhost:8080', token_secret: null}\n"
    )
    given_server = load_settings(ours).settings.spark.unity_catalog
    assert given_server and given_server.uri == "http://localhost:8080"
    taken = load_settings(
        ours, ["spark.unity_catalog=null", "lakehouse.storage=local", "lakehouse.catalog=spark_catalog"]
    )
    assert taken.settings.spark.unity_catalog is None


def test_a_spark_property_keeps_its_dots() -> None:
    resolved = load_settings("base", ["spark.extra.spark.sql.session.timeZone=UTC"])
    assert resolved.settings.spark.extra == {"spark.sql.session.timeZone": "UTC"}
    assert resolved.origins["spark.extra.spark.sql.session.timeZone"] == "--set"


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=10**12))
def test_a_number_given_to_set_arrives_as_it_is(number: int) -> None:
    assert load_settings("demo", [f"prompts.max_characters={number}"]).settings.prompts.max_characters == number


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_any_text_quoted_as_json_arrives_as_it_is(text: str) -> None:
    resolved = load_settings("demo", [f"tracking.experiment={json.dumps(text)}"])
    assert resolved.settings.tracking.experiment == text


def test_settings_do_not_change_after_loading() -> None:
    settings = load_settings("base", ["spark.extra.spark.a=b"]).settings
    with pytest.raises(ValidationError, match="frozen"):
        settings.spark.cores = 9
    with pytest.raises(TypeError, match="do not change after loading"):
        settings.spark.extra["spark.a"] = "c"  # type: ignore[index]
    with pytest.raises(TypeError, match="do not change after loading"):
        settings.spark.extra |= {"spark.a": "c"}  # type: ignore[operator]
    assert settings.spark.extra == {"spark.a": "b"}


def test_settings_travel_to_another_process_and_serve_as_a_key() -> None:
    resolved = load_settings("demo", ["spark.extra.spark.a=b"])
    assert pickle.loads(pickle.dumps(resolved)) == resolved
    assert copy.deepcopy(resolved) == resolved
    assert len({resolved.settings, load_settings("demo", ["spark.extra.spark.a=b"]).settings}) == 1


AB = ["spark.extra.spark.a=1s", "spark.extra.spark.b=2s"]


def test_the_fingerprint_is_of_the_values_and_not_of_the_way_to_them(tmp_path: Path) -> None:
    (tmp_path / "ours.yml").write_text("extends: demo\nspark:\n  cores: 2\n")
    by_file, by_set = (
        load_settings(tmp_path / "ours.yml", AB[::-1]),
        load_settings("demo", ["spark.cores=2", *AB]),
    )
    assert by_file.fingerprint == by_set.fingerprint
    assert by_file.fingerprint != load_settings("demo").fingerprint
    assert len(by_file.fingerprint) == 64
