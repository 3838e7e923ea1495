"""A run in MLflow while a step lasts: its parameters, its metrics as they grow, and how it ended."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from conf import TrackingSettings
from lakehouse.first_line import first_line
from lakehouse.home import Home
from lakehouse.tracking import artifact_location, registry_uri, tracking_uri

logger = logging.getLogger(__name__)


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


@contextmanager
def tracked(
    settings: TrackingSettings, home: Home, name: str, tags: Mapping[str, str], parameters: Mapping[str, str]
) -> Iterator[Tracked]:
    """A run of this name in the experiment of the settings; failed if the block fails."""
    run = _begin(settings, home, name, tags, parameters)
    try:
        yield run
    except BaseException:
        _end(run, "FAILED")
        raise
    _end(run, "FINISHED")


def _begin(
    settings: TrackingSettings, home: Home, name: str, tags: Mapping[str, str], parameters: Mapping[str, str]
) -> Tracked:
    from mlflow.exceptions import MlflowException
    from mlflow.tracking import MlflowClient

    home.mlflow.mkdir(parents=True, exist_ok=True)
    logging.getLogger("mlflow.store.db.utils").setLevel(logging.WARNING)  # a new store is no news
    address = tracking_uri(settings, home)
    try:
        client = MlflowClient(address)
        run = client.create_run(_experiment(client, settings, home), run_name=name, tags=dict(tags))
        for key, value in parameters.items():
            client.log_param(run.info.run_id, key, value)
    except (MlflowException, OSError) as problem:
        raise TrackingError(
            f"expected MLflow's store at {address}, and it does not answer: {first_line(problem)} "
            "Check tracking.uri and its credentials; `lakewheel doctor` asks it too. Nothing was drawn or changed."
        ) from problem
    return Tracked(client, run.info.run_id)


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
    import mlflow

    before = mlflow.get_tracking_uri(), mlflow.get_registry_uri()
    mlflow.set_tracking_uri(tracking_uri(settings, home))
    mlflow.set_registry_uri(registry_uri(settings, home))
    try:
        with mlflow.start_run(run_id=run.run_id, log_system_metrics=False):
            yield
    finally:
        mlflow.set_tracking_uri(before[0])
        mlflow.set_registry_uri(before[1])
