"""Where MLflow keeps runs and models: as settings say, else in the home, and never in ./mlruns."""

from __future__ import annotations

from conf import TrackingSettings
from lakehouse.home import Home


def tracking_uri(settings: TrackingSettings, home: Home) -> str:
    """The tracking store; a SQLite file in the home where settings name none."""
    return settings.uri or f"sqlite:///{home.mlflow / 'mlflow.db'}"


def registry_uri(settings: TrackingSettings, home: Home) -> str:
    """The model registry; the tracking store's own where settings name none."""
    return settings.registry_uri or tracking_uri(settings, home)


def artifact_location(settings: TrackingSettings, home: Home) -> str | None:
    """Where a new experiment puts its files; a remote store decides that itself."""
    return None if settings.uri else (home.mlflow / "artifacts").as_uri()
