"""MLflow's places: in the home unless settings name others, and then theirs alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from conf import SettingsError, TrackingSettings, load_settings
from lakehouse.home import Home
from lakehouse.tracking import artifact_location, is_unity_catalog, registered_name, registry_uri, tracking_uri


def test_without_a_store_in_settings_everything_is_in_the_home(tmp_path: Path) -> None:
    settings, home = load_settings("demo").settings.tracking, Home(tmp_path)
    assert tracking_uri(settings, home) == registry_uri(settings, home) == f"sqlite:///{tmp_path}/mlflow/mlflow.db"
    assert artifact_location(settings, home) == f"file://{tmp_path}/mlflow/artifacts"


def test_a_store_in_settings_decides_where_artifacts_go(tmp_path: Path) -> None:
    settings, home = load_settings("dev").settings.tracking, Home(tmp_path)
    assert (tracking_uri(settings, home), registry_uri(settings, home)) == ("databricks", "databricks-uc")
    assert artifact_location(settings, home) is None


def tracking(uri: str | None = None, registry: str | None = None) -> TrackingSettings:
    return TrackingSettings(uri=uri, registry_uri=registry, experiment="story")


@pytest.mark.parametrize(
    ("where", "is_unity"),
    [
        (tracking("databricks", "databricks-uc"), True),
        (tracking("databricks", "databricks-uc://profile"), True),
        (tracking(None, "uc:http://localhost:8080"), True),
        (tracking("databricks-uc"), True),
        (tracking("databricks"), False),
        (tracking(), False),
        (tracking("databricks-uc", "sqlite:///x.db"), False),
        (tracking("http://databricks-uc"), False),
    ],
)
def test_a_name_has_three_levels_where_the_registry_is_unity_catalog(where: TrackingSettings, is_unity: bool) -> None:
    lakehouse = load_settings("dev").settings.lakehouse
    assert is_unity_catalog(where) == is_unity
    assert registered_name("wheel", where, lakehouse) == ("lakewheel_dev.lakewheel.wheel" if is_unity else "wheel")
    assert registered_name("ours.models.wheel", where, lakehouse) == "ours.models.wheel"


@pytest.mark.parametrize("name", ["ours.models.wheel", "wheel", "our-models"])
def test_a_model_is_named_by_one_word_or_by_three(name: str) -> None:
    assert load_settings("dev", [f"release.model_name={name}"]).settings.release.model_name == name


@pytest.mark.parametrize("name", ["models.wheel", "a.b.c.d", "ours..wheel", "ours.models.", "a b", "a/b"])
def test_a_name_of_two_levels_or_with_holes_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="release.model_name"):
        load_settings("dev", [f"release.model_name={name}"])
