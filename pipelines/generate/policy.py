"""The policy that answers: the base model as a row of policies, or one that was tuned from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from conf import EngineSettings, ModelSettings
from lakehouse.home import Home
from lakehouse.identity import identity
from lakehouse.place import Lakehouse
from lakehouse.read import read
from pipelines.models.loading import Weights
from pipelines.models.weights import base_licence, base_model, base_name, digest_of
from pipelines.policies.names import policy_id_named

ADAPTER = "adapter_config.json"
BASE = "base"


class PolicyUnknown(LookupError):
    """A policy that no row of policies names, or whose files are gone."""


@dataclass(frozen=True)
class Policy:
    """Who answers: the row that says so, and the weights if they are at hand."""

    row: dict[str, Any]
    weights: Weights | None

    @property
    def policy_id(self) -> str:
        return str(self.row["policy_id"])

    @property
    def name(self) -> str:
        return str(self.row["name"])


def base_policy(model: ModelSettings, engine: EngineSettings, home: Home) -> Policy:
    """The model that the wheel begins with; behind a URL it is known by its name and address alone."""
    if engine.kind == "url":
        assert engine.url is not None
        digest = identity("url", engine.url.address, engine.url.model)
        return Policy(base_row(engine.url.model, digest, engine.url.address, model.licence), None)
    if engine.kind == "echo":
        return Policy(base_row("echo", "echo", "nowhere", None), None)
    folder = base_model(model, home.models)
    digest = digest_of(folder)
    location = folder.relative_to(home.models) if folder.is_relative_to(home.models) else folder
    row = base_row(base_name(model), digest, str(location), base_licence(model))
    return Policy(row, Weights(str(folder), digest))


def policy_to_use(
    lakehouse: Lakehouse, model: ModelSettings, engine: EngineSettings, policy_id: str | None = None
) -> Policy:
    """The policy of this id or role (champion, challenger), or the base model where none is named."""
    base = base_policy(model, engine, lakehouse.place.home)
    wanted = base.policy_id if policy_id is None else policy_id_named(lakehouse, policy_id)
    return base if wanted == base.policy_id else stored_policy(lakehouse, wanted, base)


def stored_policy(lakehouse: Lakehouse, policy_id: str, base: Policy) -> Policy:
    """A policy that an earlier round made: a whole model, or an adapter on the one that it was tuned from."""
    from pyspark.sql import functions as F

    found = read(lakehouse, "policies").frame.where(F.col("policy_id") == policy_id).first()
    if found is None:
        raise PolicyUnknown(
            f"expected a policy with the id {policy_id}, and there is none. "
            '`lakewheel sql "SELECT policy_id, kind, name, round FROM policies"` lists them.'
        )
    row = found.asDict()
    folder = lakehouse.place.home.models / row["location"]
    if not folder.is_dir():
        raise PolicyUnknown(f"the files of policy {policy_id} are not at {folder}. Tune it again, or take another one.")
    if (folder / ADAPTER).is_file():
        parent_id = row["parent_policy_id"]
        parent = base if parent_id in (None, base.policy_id) else stored_policy(lakehouse, parent_id, base)
        assert parent.weights is not None
        return Policy(row, Weights(parent.weights.folder, row["model_digest"], adapter=str(folder)))
    return Policy(row, Weights(str(folder), row["model_digest"]))


def base_row(name: str, digest: str, location: str, licence: str | None) -> dict[str, Any]:
    """The row of a model that nothing of ours has tuned."""
    return {
        "policy_id": identity(BASE, digest),
        "kind": BASE,
        "name": name,
        "round": 0,
        "model_digest": digest,
        "location": location,
        "licence": licence,
    }
