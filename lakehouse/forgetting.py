"""What MLflow shows of prompts that are erased: traces of evaluations, and the pages that lie beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from conf import TrackingSettings
from lakehouse.first_line import first_line
from lakehouse.home import Home
from lakehouse.tracked import BATTERY, PAGES, PROMPT, TrackingError
from lakehouse.tracking import all_traces, tracking_uri

if TYPE_CHECKING:
    from mlflow import MlflowClient

SOURCE_RUN = "mlflow.sourceRun"


def forget_prompts(settings: TrackingSettings, home: Home, prompts: Iterable[str]) -> int:
    """Delete what the experiment of the settings shows of these prompts; how many traces there were.

    Pages go first: the traces tell which runs have them, so that after a kill it can be done again.
    """
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    address = tracking_uri(settings, home)
    if settings.uri is None and not (home.mlflow / "mlflow.db").exists():
        return 0
    try:
        client = MlflowClient(address)
        experiment = client.get_experiment_by_name(settings.experiment)
        if experiment is None:
            return 0
        asked = [f"tags.`{PROMPT}` = '{prompt}'" for prompt in prompts]
        known = experiment.experiment_id
        traces = [one for which in asked for one in all_traces(client, known, filter_string=which, include_spans=False)]
        for run_id in sorted({one.info.trace_metadata[SOURCE_RUN] for one in traces}):
            _remove_battery(client, run_id)
        for one in traces:
            client.delete_traces(known, trace_ids=[one.info.trace_id])
    except (MlflowException, OSError) as problem:
        raise TrackingError(
            f"expected MLflow's store at {address} to delete what it shows of the prompts, and it did not: "
            f"{first_line(problem)} Check tracking.uri and its credentials, and erase again. No table was changed."
        ) from problem
    return len(traces)


def _remove_battery(client: MlflowClient, run_id: str) -> None:
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    files = get_artifact_repository(client.get_run(run_id).info.artifact_uri)
    for ending in ("html", "md"):
        files.delete_artifacts(f"{PAGES}/{BATTERY}.{ending}")
