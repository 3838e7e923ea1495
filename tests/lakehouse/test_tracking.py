"""MLflow's places: in the home unless settings name others, and then theirs alone."""

from __future__ import annotations

from pathlib import Path

from conf import load_settings
from lakehouse.home import Home
from lakehouse.tracking import artifact_location, registry_uri, tracking_uri


def test_without_a_store_in_settings_everything_is_in_the_home(tmp_path: Path) -> None:
    settings, home = load_settings("demo").settings.tracking, Home(tmp_path)
    assert tracking_uri(settings, home) == registry_uri(settings, home) == f"sqlite:///{tmp_path}/mlflow/mlflow.db"
    assert artifact_location(settings, home) == f"file://{tmp_path}/mlflow/artifacts"


def test_a_store_in_settings_decides_where_artifacts_go(tmp_path: Path) -> None:
    settings, home = load_settings("dev").settings.tracking, Home(tmp_path)
    assert (tracking_uri(settings, home), registry_uri(settings, home)) == ("databricks", "databricks-uc")
    assert artifact_location(settings, home) is None
