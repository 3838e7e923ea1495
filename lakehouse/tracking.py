"""Where MLflow keeps runs and models: as settings say, else in the home, and never in ./mlruns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from conf import LakehouseSettings, TrackingSettings
from lakehouse.home import Home

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Trace

UNITY_CATALOG = ("databricks-uc", "uc")
"""The schemes of MLflow's registry addresses whose models have names of three levels."""


def tracking_uri(settings: TrackingSettings, home: Home) -> str:
    """The tracking store; a SQLite file in the home where settings name none."""
    return settings.uri or f"sqlite:///{home.mlflow / 'mlflow.db'}"


def registry_uri(settings: TrackingSettings, home: Home) -> str:
    """The model registry; the tracking store's own where settings name none."""
    return settings.registry_uri or tracking_uri(settings, home)


def registered_name(name: str, tracking: TrackingSettings, lakehouse: LakehouseSettings) -> str:
    """A registered model's name as its registry wants it: in Unity Catalog, with catalog and schema in front."""
    if "." in name or not is_unity_catalog(tracking):
        return name
    return f"{lakehouse.catalog}.{lakehouse.schema_name}.{name}"


def is_unity_catalog(tracking: TrackingSettings) -> bool:
    """Whether models are registered in Unity Catalog, Databricks' or the open one; it knows aliases and no stages."""
    registry = tracking.registry_uri or tracking.uri or ""
    return registry.partition(":")[0] in UNITY_CATALOG


def artifact_location(settings: TrackingSettings, home: Home) -> str | None:
    """Where a new experiment puts its files; a remote store decides that itself."""
    return None if settings.uri else (home.mlflow / "artifacts").as_uri()


def all_traces(client: MlflowClient, experiment: str, **asked: Any) -> Iterator[Trace]:
    """The traces of an experiment that are asked for, page after page."""
    token: str | None = None
    while True:
        page = client.search_traces(locations=[experiment], page_token=token, **asked)
        yield from page
        token = page.token
        if not token:
            return
