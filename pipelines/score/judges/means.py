"""What a judge runs on: its own engine and model, or those of the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from conf import JudgeSettings
from conf.settings import Settings
from lakehouse.home import Home
from lakehouse.identity import identity
from pipelines.engines.make import engine_maker
from pipelines.engines.protocol import Engine
from pipelines.generate.policy import base_policy
from pipelines.score.judges.judge import Judge, judge_of


class JudgeUnknown(LookupError):
    """A judge that the settings do not describe, or that cannot do what is asked."""


@dataclass(frozen=True)
class Means:
    """A judge before any calibration, and the engine that it runs on."""

    judge: Judge
    settings: JudgeSettings
    make_engine: Callable[[], Engine]
    model_digest: str

    @property
    def digest(self) -> str:
        """What calibrations are found by: rubric, reading and model."""
        return identity(self.judge.digest, self.model_digest)


def judge_named(name: str, settings: Settings) -> JudgeSettings:
    """The section of a judge, or an error that suggests the near name."""
    if name in settings.judges:
        return settings.judges[name]
    near = get_close_matches(name, settings.judges, n=1)
    suggestion = f" Did you mean `{near[0]}`?" if near else ""
    there = ", ".join(sorted(settings.judges)) or "none"
    raise JudgeUnknown(
        f"expected a judge of the settings, got `{name}`; there are: {there}.{suggestion} Describe one under `judges` "
        "in a settings file: docs/judges.md shows how."
    )


def means_of(name: str, settings: Settings, home: Home) -> Means:
    """The judge of this name; its model is looked for, and its key, but nothing is loaded."""
    section = judge_named(name, settings)
    engine = section.engine or settings.engine
    policy = base_policy(section.model or settings.model, engine, home)
    maker = engine_maker(engine, policy.weights, home)
    return Means(judge_of(name, section, engine), section, maker, str(policy.row["model_digest"]))
