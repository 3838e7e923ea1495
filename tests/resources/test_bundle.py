"""databricks.yml: targets that say what they must, names that agree with the settings, and nobody's secrets."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from conf import environments, load_settings
from conf.secret_names import looks_like_secret_value
from tests.resources.bundle import GIVEN, ROOT, TARGETS, deployed, files, over, written

TOP = {"bundle", "include", "sync", "artifacts", "variables", "targets"}
OF_A_TARGET = {"mode", "default", "presets", "variables", "workspace", "run_as", "permissions", "resources"}
OF_A_VARIABLE = {"description", "default", "type"}
E_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")


def test_databricks_yml_holds_what_a_bundle_may_hold_at_its_top() -> None:
    """The typed models know resources only; these are the names of the bundle's own published schema."""
    root = yaml.safe_load((ROOT / "databricks.yml").read_text())
    assert root.keys() == TOP
    assert root["bundle"] == {"name": "lakewheel"}
    assert root["artifacts"] == {"wheel": {"type": "whl", "path": ".", "build": "make wheel"}}
    assert set().union(*root["targets"].values()) == OF_A_TARGET
    assert set().union(*root["variables"].values()) == OF_A_VARIABLE


def test_the_command_that_builds_is_a_target_of_the_makefile() -> None:
    assert re.search(r"^wheel: .*## dist/lakewheel", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_the_targets_are_environments_that_settings_know() -> None:
    targets = written()["targets"]
    assert tuple(targets) == TARGETS
    assert {*TARGETS} <= {*environments()}
    assert [name for name, target in targets.items() if target.get("default")] == ["dev"]


@pytest.mark.parametrize("target", TARGETS)
def test_names_are_those_of_the_settings(target: str) -> None:
    """In dev the bundle puts the developer's name in front of them, which is why tasks are told the names."""
    settings = load_settings(target).settings
    resources = deployed(target)["resources"]
    schema, volume = resources["schemas"]["lakewheel"], resources["volumes"]["lakewheel"]
    model, experiment = resources["registered_models"]["lakewheel"], resources["experiments"]["lakewheel"]
    place = (settings.lakehouse.catalog, settings.lakehouse.schema_name)
    assert (schema["catalog_name"], schema["name"]) == place
    assert (volume["catalog_name"], volume["schema_name"]) == place
    assert (model["catalog_name"], model["schema_name"]) == place
    assert experiment["name"] == settings.tracking.experiment


def test_dev_is_the_developer_s_own_and_runs_nothing_by_itself() -> None:
    dev = deployed("dev")
    assert dev["mode"] == "development"
    assert dev["presets"]["trigger_pause_status"] == "PAUSED"
    assert dev["variables"]["run_as"] == dev["variables"]["notify"] == "whoever-deploys"
    assert "run_as" not in dev and "permissions" not in dev
    (grant,) = dev["resources"]["schemas"]["lakewheel"]["grants"]
    assert grant["principal"] == "whoever-deploys"


@pytest.mark.parametrize("target", ["staging", "prod"])
def test_what_others_rely_on_runs_as_a_principal_and_says_who_may_what(target: str) -> None:
    found = deployed(target)
    assert found["mode"] == "production"
    assert found["run_as"] == {"service_principal_name": GIVEN["run_as"]}
    assert found["workspace"]["root_path"] == f"/Workspace/Users/{GIVEN['run_as']}/.bundle/lakewheel/{target}"
    levels = {one.get("group_name") or one["service_principal_name"]: one["level"] for one in found["permissions"]}
    assert levels == {
        GIVEN["run_as"]: "CAN_MANAGE",
        "lakewheel-operators": "CAN_MANAGE",
        "lakewheel-readers": "CAN_VIEW",
    }
    grants = {one["principal"]: one["privileges"] for one in found["resources"]["schemas"]["lakewheel"]["grants"]}
    assert grants["lakewheel-readers"] == ["USE_SCHEMA", "SELECT"]
    assert {"MODIFY", "CREATE_TABLE", "WRITE_VOLUME", "CREATE_MODEL"} <= {*grants[GIVEN["run_as"]]}


def test_prod_runs_by_itself_and_staging_when_somebody_asks() -> None:
    assert deployed("staging")["presets"]["trigger_pause_status"] == "PAUSED"
    assert "presets" not in deployed("prod")
    schedules = {name: job["schedule"] for name, job in deployed("prod")["resources"]["jobs"].items()}
    assert {one["pause_status"] for one in schedules.values()} == {"UNPAUSED"}
    assert {one["timezone_id"] for one in schedules.values()} == {"UTC"}
    for name, schedule in schedules.items():
        fields = schedule["quartz_cron_expression"].split()
        assert len(fields) == 6 and "?" in (fields[3], fields[5]), name  # Quartz wants one of the two days open


@pytest.mark.parametrize("target", TARGETS)
def test_somebody_is_told_when_a_job_fails(target: str) -> None:
    found = deployed(target)
    told = [job["email_notifications"]["on_failure"] for job in found["resources"]["jobs"].values()]
    assert told == [[found["variables"]["notify"]]] * 4


def test_what_no_default_can_know_has_none() -> None:
    variables = written()["variables"]
    assert {name for name, one in variables.items() if "default" not in one} == GIVEN.keys()
    assert all(one["description"].endswith(".") for one in variables.values())


def test_every_variable_is_used() -> None:
    text = "".join(file.read_text() for file in files())
    assert [name for name in written()["variables"] if f"${{var.{name}}}" not in text] == []


def test_no_file_holds_a_secret_or_an_address_of_a_person_or_a_workspace() -> None:
    for file in (*files(), ROOT / "resources" / "gpu.txt"):
        text = file.read_text()
        assert not E_MAIL.search(text), file.name
        assert "://" not in text, file.name
        assert [word for word in text.split() if looks_like_secret_value(word)] == [], file.name


def test_a_target_s_lists_come_behind_those_below_and_its_values_replace_them() -> None:
    lower: dict[str, Any] = {"a": [1], "b": {"c": 1, "d": 2}}
    assert over(lower, {"a": [2], "b": {"c": 3}, "e": 4}) == {"a": [1, 2], "b": {"c": 3, "d": 2}, "e": 4}
