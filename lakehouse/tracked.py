"""A run in MLflow while a step lasts: its parameters, its metrics as they grow, and how it ended."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conf import TrackingSettings
from lakehouse.first_line import first_line
from lakehouse.home import Home
from lakehouse.tracking import artifact_location, registry_uri, tracking_uri

if TYPE_CHECKING:
    from lakehouse.rim import StepRun

logger = logging.getLogger(__name__)

PARENT, HOLDS = "mlflow.parentRunId", "lakewheel.holds"
"""The tags by which MLflow shows a run below another, and by which we find the one above."""
OURS, PROMPT = "lakewheel.policy_id", "lakewheel.prompt_id"
"""The tags of traces that are ours and not an application's: the model that answered, and what it was asked."""
PAGES, BATTERY = "evaluation", "battery"
"""The folder of a run's pages, and the name of the one that quotes prompts, as Markdown and as HTML."""


class TrackingError(RuntimeError):
    """MLflow's store could not be reached."""


@dataclass
class Tracked:
    """One MLflow run that is under way."""

    client: Any
    run_id: str
    is_quiet: bool = False

    def metrics(self, values: Mapping[str, float], step: int) -> None:
        """Log figures; a store that is away for a while costs figures, not the step."""
        from mlflow.entities import Metric
        from mlflow.exceptions import MlflowException

        moment = int(time.time() * 1000)
        try:
            self.client.log_batch(self.run_id, [Metric(name, value, moment, step) for name, value in values.items()])
        except (MlflowException, OSError) as problem:
            if not self.is_quiet:
                logger.warning("MLflow does not take figures now (%s); going on without", type(problem).__name__)
            self.is_quiet = True

    def datasets(self, versions: Mapping[str, int]) -> None:
        """Say which tables were read, each at the version that was read."""
        from mlflow.entities import Dataset, DatasetInput

        told = [
            Dataset(table, f"version {version}", "delta", json.dumps({"table": table, "version": version}))
            for table, version in sorted(versions.items())
        ]
        self.client.log_inputs(self.run_id, [DatasetInput(one) for one in told])


@contextmanager
def tracked_step(
    run: StepRun, settings: TrackingSettings, name: str, parameters: Mapping[str, str]
) -> Iterator[Tracked]:
    """What a step does as a run below that of its round, and named so."""
    home, round = run.lakehouse.place.home, str(run.round)
    tags = {"lakewheel.step": run.step, "lakewheel.run_id": run.run_id, "lakewheel.round": round}
    with tracked(settings, home, f"{name}, round {round}", tags, parameters, parent=f"round {round}") as logged:
        yield logged


@contextmanager
def tracked(
    settings: TrackingSettings,
    home: Home,
    name: str,
    tags: Mapping[str, str],
    parameters: Mapping[str, str],
    parent: str | None = None,
) -> Iterator[Tracked]:
    """A run of this name in the experiment of the settings, below another one if that is said; failed if we fail."""
    run = _begin(settings, home, name, tags, parameters, parent)
    try:
        yield run
    except BaseException:
        _end(run, "FAILED")
        raise
    _end(run, "FINISHED")


def _begin(
    settings: TrackingSettings,
    home: Home,
    name: str,
    tags: Mapping[str, str],
    parameters: Mapping[str, str],
    parent: str | None,
) -> Tracked:
    from mlflow.exceptions import MlflowException
    from mlflow.tracking import MlflowClient

    home.mlflow.mkdir(parents=True, exist_ok=True)
    logging.getLogger("mlflow.store.db.utils").setLevel(logging.WARNING)  # a new store is no news
    address = tracking_uri(settings, home)
    try:
        client = MlflowClient(address)
        experiment = _experiment(client, settings, home)
        below = {PARENT: _parent(client, experiment, parent)} if parent else {}
        run = client.create_run(experiment, run_name=name, tags={**tags, **below})
        for key, value in parameters.items():
            client.log_param(run.info.run_id, key, value)
    except (MlflowException, OSError) as problem:
        raise TrackingError(
            f"expected MLflow's store at {address}, and it does not answer: {first_line(problem)} "
            "Check tracking.uri and its credentials; `lakewheel doctor` asks it too. Nothing was drawn or changed."
        ) from problem
    return Tracked(client, run.info.run_id)


def _parent(client: Any, experiment: str, name: str) -> str:
    """The run that others stand below; it only holds them together, so it is finished from the start."""
    found = client.search_runs([experiment], f"tags.`{HOLDS}` = '{name}'", max_results=1)
    if found:
        return str(found[0].info.run_id)
    made = client.create_run(experiment, run_name=name, tags={HOLDS: name})
    client.set_terminated(made.info.run_id, "FINISHED")
    return str(made.info.run_id)


def _experiment(client: Any, settings: TrackingSettings, home: Home) -> str:
    """The experiment's id; another process may make it in the same moment."""
    from mlflow.exceptions import MlflowException

    found = client.get_experiment_by_name(settings.experiment)
    if found is not None:
        return str(found.experiment_id)
    try:
        return str(client.create_experiment(settings.experiment, artifact_location(settings, home)))
    except MlflowException:
        found = client.get_experiment_by_name(settings.experiment)
        if found is None:
            raise
        return str(found.experiment_id)


def _end(run: Tracked, status: str) -> None:
    from mlflow.exceptions import MlflowException

    try:
        run.client.set_terminated(run.run_id, status)
    except (MlflowException, OSError) as problem:
        logger.warning("MLflow was not told that the run ended (%s)", type(problem).__name__)


@contextmanager
def fluent(run: Tracked, settings: TrackingSettings, home: Home) -> Iterator[None]:
    """The run as MLflow's active one, for what only its fluent interface does; what was set before comes back."""
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    import mlflow
    from mlflow.utils.autologging_utils.logging_and_warnings import MlflowEventsAndWarningsBehaviorGlobally as Talk

    logging.getLogger("mlflow").setLevel(logging.WARNING)
    before = mlflow.get_tracking_uri(), mlflow.get_registry_uri()
    mlflow.set_tracking_uri(tracking_uri(settings, home))
    mlflow.set_registry_uri(registry_uri(settings, home))
    # it tells of every version it makes and wants type hints of a model that others only call; as it counts who wants
    # silence and speaks again at nought, parts of it that ask for silence themselves do not end ours
    quiet = Talk(disable_event_logs=True, disable_warnings=True, reroute_warnings=False)
    try:
        with quiet, mlflow.start_run(run_id=run.run_id, log_system_metrics=False):
            yield
    finally:
        mlflow.set_tracking_uri(before[0])
        mlflow.set_registry_uri(before[1])
