"""A model that MLflow serves by a file of ours: logged with its run, and named in the registry with its alias."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from conf import LakehouseSettings, TrackingSettings
from lakehouse.home import Home
from lakehouse.tracked import Tracked, fluent
from lakehouse.tracking import registered_name

ALIAS = "current"
FILES = "files"
"""Under this name the file of code finds the model's folder."""


@dataclass(frozen=True)
class Served:
    """What MLflow keeps of a model."""

    name: str
    code: Path
    """A file that sets an MLflow model; MLflow keeps its text instead of a pickle."""
    folder: Path
    package: str
    """What must be installed where it is loaded."""
    takes: Mapping[str, str]
    """An example of a row that it reads."""
    gives: Mapping[str, float]


def register(
    logged: Tracked, tracking: TrackingSettings, home: Home, lakehouse: LakehouseSettings, served: Served
) -> None:
    """Log the model with the run, as the newest version of its name and the current one."""
    import mlflow
    import pandas
    from mlflow.models import infer_signature

    name = registered_name(f"lakewheel-{served.name}", tracking, lakehouse)
    example = pandas.DataFrame([dict(served.takes)])
    with fluent(logged, tracking, home), TemporaryDirectory() as workshop:
        code = Path(workshop) / served.code.name
        code.write_text(served.code.read_text())
        made = mlflow.pyfunc.log_model(
            name=served.name,
            python_model=str(code),
            artifacts={FILES: str(served.folder)},
            signature=infer_signature(example, pandas.DataFrame([dict(served.gives)])),
            input_example=example,
            pip_requirements=[served.package],
            registered_model_name=name,
        )
        # the run's own client knows the tracking store alone; versions may be elsewhere
        mlflow.MlflowClient().set_registered_model_alias(name, ALIAS, made.registered_model_version)
