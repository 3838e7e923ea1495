"""MLflow's registry as the release needs it: versions that are policies, aliases, and a note of a move under way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from conf import TrackingSettings
from lakehouse.first_line import first_line
from lakehouse.home import Home
from lakehouse.place import Lakehouse
from lakehouse.tracking import registered_name, registry_uri, tracking_uri

CHAMPION, CHALLENGER = "champion", "challenger"
MOVE = "lakewheel_move"
"""The tag of the registered model that says what is being moved, so that a move that broke off can be finished."""
NOT_THERE, THERE = "RESOURCE_DOES_NOT_EXIST", "RESOURCE_ALREADY_EXISTS"


class RegistryDown(RuntimeError):
    """MLflow's registry does not answer."""


class NotRegistered(LookupError):
    """A policy that has no version, or nothing to make one of."""


@dataclass(frozen=True)
class Version:
    """One version of the registered model, and the policy that it is."""

    number: str
    policy_id: str | None
    tags: Mapping[str, str]

    @property
    def words(self) -> str:
        return f"version {self.number} (policy {self.policy_id or 'unknown'})"


@dataclass(frozen=True)
class Registry:
    """One registered model."""

    client: Any
    name: str
    uris: tuple[str, str]
    """Where runs and their models are, and where versions are."""

    def champion(self) -> Version | None:
        return self.at_alias(CHAMPION)

    def at_alias(self, alias: str) -> Version | None:
        """The version that an alias names."""
        number = self._model()[0].get(alias)
        return None if number is None else self._version(number)

    def version_of(self, policy_id: str) -> Version | None:
        """The newest version that is this policy."""
        with self._answering():
            numbers = [one.version for one in self.client.search_model_versions(f"name='{self.name}'")]
        known = (self._version(str(number)) for number in sorted(numbers, key=int, reverse=True))
        return next((one for one in known if one.policy_id == policy_id), None)

    def register(self, policy_id: str, tracking_run_id: str | None, tags: Mapping[str, str]) -> Version:
        """A new version of the model that the policy's run logged; its tags are there from the first moment."""
        with self._answering():
            self._make_model()
            model_id = self._logged_model(policy_id, tracking_run_id)
            with self._named_globally():
                made = self.client.create_model_version(
                    self.name, f"models:/{model_id}", run_id=tracking_run_id, tags=dict(tags), model_id=model_id
                )
        return Version(str(made.version), policy_id, dict(tags))

    def artifacts_of(self, policy_id: str, tracking_run_id: str | None) -> str:
        """Where MLflow keeps the model that the policy's run logged."""
        with self._answering():
            return str(self.client.get_logged_model(self._logged_model(policy_id, tracking_run_id)).artifact_location)

    def retag(self, version: Version, name: str, value: str) -> None:
        """Say something anew about a version."""
        with self._answering():
            self.client.set_model_version_tag(self.name, version.number, name, value)

    def point(self, alias: str, version: Version) -> None:
        """Move an alias."""
        with self._answering():
            self.client.set_registered_model_alias(self.name, alias, version.number)

    def clear(self, alias: str) -> None:
        """Take an alias away."""
        with self._answering():
            self.client.delete_registered_model_alias(self.name, alias)

    def note_move(self, note: Mapping[str, Any]) -> None:
        """Say what is about to be moved."""
        with self._answering():
            self.client.set_registered_model_tag(self.name, MOVE, json.dumps(dict(note)))

    def noted_move(self) -> dict[str, Any] | None:
        """What was about to be moved when somebody broke off."""
        told = self._model()[1].get(MOVE)
        return dict(json.loads(told)) if told else None

    def forget_move(self) -> None:
        """The move is whole, or never happened."""
        with self._answering():
            self.client.delete_registered_model_tag(self.name, MOVE)

    def _model(self) -> tuple[dict[str, str], dict[str, str]]:
        """Aliases and tags; none where no model was accepted so far."""
        from mlflow.exceptions import MlflowException

        with self._answering():
            try:
                model = self.client.get_registered_model(self.name)
            except MlflowException as problem:
                if problem.error_code != NOT_THERE:
                    raise
                return {}, {}
        return {alias: str(number) for alias, number in model.aliases.items()}, dict(model.tags)

    def _version(self, number: str) -> Version:
        with self._answering():
            found = self.client.get_model_version(self.name, number)
        return Version(number, found.tags.get("policy_id"), dict(found.tags))

    def _make_model(self) -> None:
        from mlflow.exceptions import MlflowException

        try:
            self.client.create_registered_model(self.name)
        except MlflowException as problem:
            if problem.error_code != THERE:
                raise

    def _logged_model(self, policy_id: str, tracking_run_id: str | None) -> str:
        run = self.client.get_run(tracking_run_id) if tracking_run_id else None
        models = run.outputs.model_outputs if run and run.outputs else []
        if not models:
            raise NotRegistered(
                f"expected a model that the run {tracking_run_id} of policy {policy_id} logged, and there is none. "
                "Tune it again; what MLflow does not hold cannot be served from its registry."
            )
        return str(models[-1].model_id)

    @contextmanager
    def _named_globally(self) -> Iterator[None]:
        """Both addresses as MLflow's own, for it looks a logged model up there; what was set before comes back."""
        import mlflow

        before = mlflow.get_tracking_uri(), mlflow.get_registry_uri()
        mlflow.set_tracking_uri(self.uris[0])
        mlflow.set_registry_uri(self.uris[1])
        try:
            yield
        finally:
            mlflow.set_tracking_uri(before[0])
            mlflow.set_registry_uri(before[1])

    @contextmanager
    def _answering(self) -> Iterator[None]:
        with answering(self.uris[1]):
            yield


@contextmanager
def answering(address: str) -> Iterator[None]:
    """Whatever MLflow or the way to it fails with, as one error that says what to do."""
    from mlflow.exceptions import MlflowException

    try:
        yield
    except NotRegistered:
        raise
    except (MlflowException, OSError) as problem:
        raise RegistryDown(
            f"expected MLflow's registry at {address}, and it does not answer as it should: {first_line(problem)} "
            "Check tracking.registry_uri, tracking.uri and their credentials (`lakewheel doctor`), and run this again: "
            "a move that broke off is finished or forgotten then, never half done."
        ) from problem


def reach_released(lakehouse: Lakehouse, tracking: TrackingSettings, model_name: str) -> Registry:
    """The registered model whose versions are released, by its whole name."""
    return reach(tracking, lakehouse.place.home, registered_name(model_name, tracking, lakehouse.settings))


def reach(tracking: TrackingSettings, home: Home, name: str) -> Registry:
    """The registry, after it has answered once."""
    from mlflow.tracking import MlflowClient

    home.mlflow.mkdir(parents=True, exist_ok=True)
    uris = tracking_uri(tracking, home), registry_uri(tracking, home)
    with answering(uris[1]):
        registry = Registry(MlflowClient(*uris), name, uris)
    registry._model()
    return registry
