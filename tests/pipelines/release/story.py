"""A lakehouse with tuned models whose runs logged them in a real MLflow store, and with what was measured of them."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from conf import Resolved, load_settings
from lakehouse.asking import spark_asker
from lakehouse.place import Lakehouse
from lakehouse.provenance import provenance_of
from lakehouse.write import append_missing
from pipelines.models.weights import digest_of
from pipelines.release.moves import Moved
from pipelines.release.promote import promote
from pipelines.release.registry import Registry, reach
from pipelines.release.rollback import rollback
from pipelines.release.step import Gate, Released, release
from pipelines.release.verdicts import Told, champion_of, verdicts_of
from tests.lakehouse.rows import frame
from tests.lakehouse.story import row

UNTRUSTED = "release.require_trust=false"
LEVEL = {"win_rate:reward": (0.62, 0.56, 0.68), "difference:forgetting:exact_match": (0.0, -0.02, 0.02)}


def resolved_with(*overrides: str) -> Resolved:
    return load_settings("test", [UNTRUSTED, *overrides])


def add_models(lakehouse: Lakehouse, *names: str) -> None:
    """Tuned policies: files in the home, and a run of MLflow that logged them as its model."""
    rows = []
    for number, name in enumerate(names, start=1):
        folder = lakehouse.place.home.models / "tuned" / name
        folder.mkdir(parents=True)
        (folder / "config.json").write_text("{}")
        (folder / "model.safetensors").write_text(f"weights of {name}")
        rows.append(
            row("policies", policy_id=name, kind="tuned", name=name, round=number, parent_policy_id="base",
                example_set_id=f"set-{name}", model_digest=digest_of(folder), location=f"tuned/{name}",
                tracking_run_id=logged(lakehouse, name, folder))
        )  # fmt: skip
    append_missing(lakehouse, "policies", frame(lakehouse, "policies", rows))


def logged(lakehouse: Lakehouse, name: str, folder: Path) -> str:
    """The id of a run whose output is a logged model with these files, as `log_model` leaves it."""
    from mlflow.entities import LoggedModelOutput

    registry = registry_of(lakehouse)
    client, experiments = registry.client, lakehouse.place.home.mlflow / "artifacts"
    experiment = client.get_experiment_by_name("story")
    known = experiment.experiment_id if experiment else client.create_experiment("story", experiments.as_uri())
    run_id = str(client.create_run(known, run_name=name).info.run_id)
    model = client.create_logged_model(known, name="model", source_run_id=run_id)
    client.log_model_artifacts(model.model_id, str(folder))
    client.finalize_logged_model(model.model_id, "READY")
    client.log_outputs(run_id, [LoggedModelOutput(model.model_id, 0)])
    client.set_terminated(run_id)
    return run_id


def registry_of(lakehouse: Lakehouse) -> Registry:
    settings = load_settings("test").settings
    return reach(settings.tracking, lakehouse.place.home, settings.release.model_name)


def measured(
    lakehouse: Lakehouse, policy_id: str, rival: str, digest: str = "v1", day: int = 1, **changed: Any
) -> None:
    """A good model's figures against a rival; `changed` replaces some as metric in underscores: (value, low, high)."""
    rows = []
    for metric, figure in LEVEL.items():
        for slice in ("all", "orders") if metric.startswith("win") else ("all",):
            value, low, high = changed.get(f"{metric.split(':')[0]}_{slice}", figure)
            rows.append(
                row("evaluations", evaluation_id=f"{policy_id} {rival} {digest} {metric} {slice}", policy_id=policy_id,
                    rival_policy_id=rival, suite="holdout", suite_digest=digest, metric=metric, slice=slice,
                    value=value, low=low, high=high, prompts=100, run_id=f"evaluate {digest}")
            )  # fmt: skip
    append_missing(lakehouse, "evaluations", frame(lakehouse, "evaluations", rows))
    add_run(lakehouse, f"evaluate {digest}", day)


def add_run(lakehouse: Lakehouse, run_id: str, day: int) -> None:
    """A run of the ledger on a day of November."""
    began = datetime(2026, 11, day, tzinfo=timezone.utc)
    told = row("runs", run_id=run_id, status="done", rows_in=0, rows_out=0, rows_rejected=0, started_at=began)
    append_missing(lakehouse, "runs", frame(lakehouse, "runs", [told]))


def released(lakehouse: Lakehouse, policy_id: str, *overrides: str, **gate: Any) -> Released:
    """The step as its door would call it."""
    resolved = resolved_with(*overrides)
    settings = resolved.settings
    told = {"base_policy_id": "base", "certified": {}} | gate
    return release(lakehouse, Gate(settings.release, settings.tracking, **told), provenance_of(resolved), 1, policy_id)


def promoted(lakehouse: Lakehouse, policy_id: str | None, *overrides: str, again: bool = False) -> Moved:
    resolved = resolved_with(*overrides)
    settings = resolved.settings
    provenance = provenance_of(resolved)
    return promote(lakehouse, settings.release, settings.tracking, provenance, "anna", policy_id, again)


def rolled_back(lakehouse: Lakehouse) -> Moved:
    resolved = resolved_with()
    settings = resolved.settings
    return rollback(
        lakehouse, settings.release, settings.tracking, provenance_of(resolved), "anna", "too many complaints"
    )


def champion(lakehouse: Lakehouse) -> str | None:
    return champion_of(spark_asker(lakehouse))


def decisions(lakehouse: Lakehouse) -> list[tuple[str, str]]:
    """Every verdict in order: what, and on whom."""
    return [(one.decision, one.policy_id) for one in history(lakehouse)]


def history(lakehouse: Lakehouse) -> list[Told]:
    return verdicts_of(spark_asker(lakehouse))


def served(lakehouse: Lakehouse) -> str | None:
    """The policy at the alias champion."""
    found = registry_of(lakehouse).champion()
    return found.policy_id if found else None


def accepted(lakehouse: Lakehouse, *names: str) -> None:
    """Models that the gate accepted while there was no champion."""
    add_models(lakehouse, *names)
    for name in names:
        measured(lakehouse, name, "base", f"of {name}")
        assert released(lakehouse, name).decision == "accept"
