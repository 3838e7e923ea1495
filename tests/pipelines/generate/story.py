"""Prompts and ratings as generation finds them, few enough to count."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from conf import load_settings
from conf.settings import Settings
from lakehouse.place import Lakehouse
from lakehouse.provenance import provenance_of
from lakehouse.write import append_missing
from pipelines.budget import Budget
from pipelines.engines.make import EngineMaker
from pipelines.engines.protocol import Engine
from pipelines.generate.policy import base_policy
from pipelines.generate.step import Generated, Means, generate
from tests.lakehouse.rows import RATING, frame

ECHO = (
    "engine.kind=echo",
    "ray.actors=1",
    "generate.use=[bare]",
    "generate.first_samples=2",
    "generate.most_samples=4",
)
PROMPT = {
    "request_ids": ["q"],
    "workload": "facts",
    "workload_origin": "log",
    "split": "train",
    "round": 1,
    "weight": 1.0,
    "near_duplicate_of": None,
    "asked_at": None,
    "run_id": "run",
}


def settings_of(*overrides: str) -> Settings:
    return load_settings("test", [*ECHO, *overrides]).settings


def add_prompts(lakehouse: Lakehouse, texts: dict[str, str], **changes: Any) -> None:
    """One prompt for each name, with the text of its only message."""
    rows = [
        PROMPT | {"prompt_id": name, "messages": [{"role": "user", "content": text}]} | changes
        for name, text in texts.items()
    ]
    append_missing(lakehouse, "prompts", frame(lakehouse, "prompts", rows))


def add_rating(lakehouse: Lakehouse, name: str, **changes: Any) -> None:
    append_missing(lakehouse, "ratings", frame(lakehouse, "ratings", [RATING | {"rating_id": name} | changes]))


@dataclass(frozen=True)
class Maker:
    """The maker of the settings, in an actor's environment that a test decides; a broken one's engine is no engine."""

    make: EngineMaker
    environment: dict[str, str] = field(default_factory=dict)
    broken: bool = False

    def __call__(self) -> Engine:
        os.environ.update(self.environment)
        return None if self.broken else self.make()  # type: ignore[return-value]


def generated(
    lakehouse: Lakehouse,
    *overrides: str,
    most_prompts: int | None = None,
    armed: dict[str, str] | None = None,
    broken: bool = False,
) -> Generated:
    """The step with the echo engine, as the door would call it."""
    resolved = load_settings("test", [*ECHO, *overrides])
    settings = resolved.settings
    policy = base_policy(settings.model, settings.engine, lakehouse.place.home)
    maker = Maker(EngineMaker(settings.engine, policy.weights), armed or {}, broken)
    budget = Budget("generate", settings.budgets.generate, settings.prices.device_hour)
    means = Means(policy, maker, settings.ray, settings.tracking, budget=budget)
    return generate(lakehouse, settings.generate, means, provenance_of(resolved), 1, most_prompts)
