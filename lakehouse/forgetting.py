"""What MLflow shows of prompts that are erased: traces of evaluations, and the pages that lie beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from conf import TrackingSettings
from lakehouse.first_line import first_line
from lakehouse.home import Home
from lakehouse.tracked import PROMPT, TrackingError
from lakehouse.tracking import tracking_uri

if TYPE_CHECKING:
    from mlflow import MlflowClient

BATTERY = ("evaluation/battery.html", "evaluation/battery.md")
"""Pages that quote prompts, in the run of an evaluation."""
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
        traces = [one for prompt in prompts for one in _traces(client, experiment.experiment_id, prompt)]
        for run_id in sorted({one.info.trace_metadata[SOURCE_RUN] for one in traces}):
            _remove_battery(client, run_id)
        for one in traces:
            client.delete_traces(experiment.experiment_id, trace_ids=[one.info.trace_id])
    except (MlflowException, OSError) as problem:
        raise TrackingError(
            f"expected MLflow's store at {address} to delete what it shows of the prompts, and it did not: "
            f"{first_line(problem)} Check tracking.uri and its credentials, and erase again. No table was changed."
        ) from problem
    return len(traces)


def _traces(client: MlflowClient, experiment: str, prompt: str) -> Iterator[Any]:
    token: str | None = None
    while True:
        wanted = f"tags.`{PROMPT}` = '{prompt}'"
        page = client.search_traces(locations=[experiment], filter_string=wanted, include_spans=False, page_token=token)
        yield from page
        token = page.token
        if not token:
            return


def _remove_battery(client: MlflowClient, run_id: str) -> None:
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    files = get_artifact_repository(client.get_run(run_id).info.artifact_uri)
    for page in BATTERY:
        files.delete_artifacts(page)
