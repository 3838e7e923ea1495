"""The probe of MLflow: make a store, log a run with a file, and find both again."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from conf import load_settings
from lakehouse.home import Home
from lakehouse.tracking import artifact_location, tracking_uri


def main(folder: str, conf: str, *overrides: str) -> str:
    """What was found, for the doctor's line; a store elsewhere is only asked whether it answers."""
    import mlflow

    settings, home, started = load_settings(conf, overrides).settings.tracking, Home(Path(folder)), time.monotonic()
    home.mlflow.mkdir(parents=True)
    mlflow.set_tracking_uri(tracking_uri(settings, home))
    if settings.uri:
        found = len(mlflow.search_experiments(max_results=1))
        return f"{mlflow.__version__}: {settings.uri} answers ({found or 'no'} experiment seen)"
    experiment = mlflow.create_experiment("doctor", artifact_location(settings, home))
    with mlflow.start_run(experiment_id=experiment) as run:
        mlflow.log_metric("answer", 42)
        mlflow.log_text("42", "answer.txt")
    seen = mlflow.get_run(run.info.run_id).data.metrics
    files = list((home.mlflow / "artifacts").rglob("answer.txt"))
    if seen != {"answer": 42} or len(files) != 1:
        raise RuntimeError(f"logged the metric answer 42 and a file, found {seen} and {len(files)} files")
    return f"{mlflow.__version__}: made a SQLite store and logged a run in {time.monotonic() - started:.0f} s"


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
