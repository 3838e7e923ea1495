"""The step tune: scored answers become examples, examples are sealed, a model learns from them and is a policy.

A policy is known by its base, its examples and the settings that made it, so nothing is trained twice, and a training
that was killed goes on from its last checkpoint. Whether the model is better is for the step evaluate to say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conf import TrackingSettings, TuneSettings, fingerprint
from lakehouse.frames import frame_of, held
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import StepRun, step_run
from lakehouse.tables import table_named
from lakehouse.tracked import Tracked, tracked_step
from pipelines.budget import Budget, Used, budget_in
from pipelines.documents.mixture.recipe import Recipe
from pipelines.generate.policy import Policy
from pipelines.models.weights import digest_of
from pipelines.policies.making import SET, Making
from pipelines.policies.newest import TUNED
from pipelines.training.job import Halt, Job, Outcome, TrainingHalted, halt_in
from pipelines.training.launch import launch
from pipelines.training.learning import random_seed
from pipelines.training.set_identity import set_id_of
from pipelines.tune.card import Facts
from pipelines.tune.examples.make import taught, tune_examples
from pipelines.tune.examples.tally import Tally, left_out_in_words, tallies_of
from pipelines.tune.methods import METHODS
from pipelines.tune.network import ADAPTER, MODEL
from pipelines.tune.served import log_model
from pipelines.tune.task import task_of, training_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

STEP = "tune"
METHODS_WITH_SECTIONS = ("dpo", "kto", "grpo", "pretrain")
Watch = Callable[[int, int, dict[str, float]], None]


class TooFewExamples(ValueError):
    """There is not enough to learn from; the message says what was left out and why."""


class ParentUnfit(ValueError):
    """A model that cannot be tuned further as it is."""


@dataclass(frozen=True)
class Tuned:
    """What a run of the step came to."""

    policy_id: str
    parent_policy_id: str
    method: str
    examples: int
    held_out: int
    left_out: list[str]
    """Sentences, one for each workload and reason."""
    is_new: bool
    holdout: dict[str, float]
    """Figures on the held-out examples, of the weights that were kept."""
    steps: int
    tokens: int
    seconds: float
    stopped: str | None = None
    """Why there is no model yet, where the step's budget is spent; the next run goes on from there."""


def tune(
    lakehouse: Lakehouse,
    settings: TuneSettings,
    recipe: Recipe,
    tracking: TrackingSettings,
    parent: Policy,
    provenance: Provenance,
    round: int,
    watch: Watch = lambda step, steps, figures: None,
    budget: Budget | None = None,
) -> Tuned:
    """Tune a model on what was scored so far, or on a mixture of documents; nothing is trained a second time."""
    base, base_digest = base_of(parent)
    drawn_by = [parent.policy_id] if settings.method == "grpo" else None  # ratios need the policy's own answers
    with step_run(lakehouse, STEP, provenance, round) as run:
        with held(tune_examples(run, settings, recipe, base, base_digest, round, drawn_by)) as found:
            tallies = tallies_of(found)
            _check_enough(tallies, settings)
            examples = taught(found, settings.examples)
            made = _making(settings, base, base_digest, examples, lakehouse)
            if made.is_known(lakehouse):
                run.is_idle = True
                return _told(made, parent, settings, tallies, None)
            run.append("policies", frame_of(lakehouse.spark, table_named("policies"), [parent.row]), counts=False)
            rewards = _reward_policies(run, examples)
            made.seal(run, examples)
        outcome = _made(run, settings, tracking, made, parent, tallies, rewards, watch, budget_in(run, budget))
        return _told(made, parent, settings, tallies, outcome)


def base_of(parent: Policy) -> tuple[Path, str]:
    """The folder and the digest of the weights that are tuned further."""
    if parent.weights is None:
        raise ParentUnfit(
            f"expected a model whose weights are at hand, and {parent.name} answers behind an address. Set engine.kind "
            "and model.base to the folder of its weights."
        )
    if parent.weights.adapter is not None:
        raise ParentUnfit(
            f"expected a whole model to tune, and {parent.name} is an adapter. Tune it again with tune.merge: true."
        )
    return Path(parent.weights.folder), parent.weights.digest


def _check_enough(tallies: Sequence[Tally], settings: TuneSettings) -> None:
    there = sum(one.train for one in tallies)
    if there < settings.examples.least:
        reasons = "".join(f"\n  - {sentence}" for sentence in left_out_in_words(tallies))
        raise TooFewExamples(
            f"expected at least {settings.examples.least} examples to learn from by {settings.method}, and there are "
            f"{there}. Draw and score more (`lakewheel generate`, `lakewheel score`), or lower tune.examples.least."
            f"{reasons}"
        )


def _making(settings: TuneSettings, base: Path, base_digest: str, examples: DataFrame, lakehouse: Lakehouse) -> Making:
    """The settings of other methods make no difference."""
    others = set(METHODS_WITH_SECTIONS) - {settings.method}
    said = fingerprint(settings.model_dump(mode="json", exclude=others))
    set_id = set_id_of(examples, f"{settings.method}-{METHODS[settings.method].version}", said)
    return Making(TUNED, base, base_digest, set_id, lakehouse.place.home)


def _reward_policies(run: StepRun, examples: DataFrame) -> list[str]:
    """The reward models that scored what is learned from."""
    from pyspark.sql import functions as F

    if not run.lakehouse.exists("scores"):
        return []
    learned = examples.select(F.explode("candidate_ids").alias("candidate_id"))
    scores = run.read("scores").where("policy_id IS NOT NULL").join(learned, on="candidate_id", how="left_semi")
    return sorted(row["policy_id"] for row in scores.select("policy_id").distinct().collect())


def _made(
    run: StepRun,
    settings: TuneSettings,
    tracking: TrackingSettings,
    made: Making,
    parent: Policy,
    tallies: Sequence[Tally],
    rewards: list[str],
    watch: Watch,
    budget: Budget | None,
) -> Outcome | str:
    """Train, keep, log and record; a sentence where the budget is spent before the training ends."""
    charged = halt_in(made.workshop / "job") or Halt()
    job = _job(settings, made, budget, charged)
    said = {"policy_id": made.policy_id, "parent": parent.name, "method": settings.method, "set": made.set_id}
    chosen = {f"training.{name}": str(value) for name, value in job.settings.model_dump().items()}
    with tracked_step(run, tracking, f"tune by {settings.method}", said | chosen) as logged:
        logged.datasets(run.inputs)
        try:
            outcome = launch(job, lambda step, steps, figures: _tell(logged, watch, step, steps, figures))
        except TrainingHalted as halted:
            return _halted(run, made, halted, charged, settings.training.ranks, budget)
        logged.metrics(outcome.speed, outcome.steps)
        made.keep(job.result)
        folder = made.kept / (MODEL if (made.kept / MODEL).is_dir() else ADAPTER)
        row = made.row(
            run.round,
            [outcome],
            parent_policy_id=parent.policy_id,
            reward_policy_ids=rewards,
            method=settings.method,
            model_digest=digest_of(folder),
            location=str(folder.relative_to(made.home.models)),
            licence=parent.row["licence"],
            tracking_run_id=logged.run_id,
        )
        facts = Facts(settings, parent.row, row, tallies, outcome, dict(run.inputs))
        log_model(logged, tracking, made, folder, facts, job.folder)
    made.record(run, row, [outcome], settings.training.ranks, charged)
    return outcome


def _job(settings: TuneSettings, made: Making, budget: Budget | None, charged: Halt) -> Job:
    """The training, with what the budget leaves beyond what it used before it was halted."""
    seed = random_seed("tune", settings.seed)
    tokens, seconds = budget.left_for_training(settings.training.ranks) if budget else (None, None)
    return Job(
        made.workshop / "job",
        made.workshop / SET,
        seed,
        training_of(settings),
        task_of(settings, made.base),
        None if tokens is None else tokens + charged.tokens,
        None if seconds is None else seconds + charged.seconds,
    )


def _halted(
    run: StepRun, made: Making, halted: TrainingHalted, charged: Halt, devices: int, budget: Budget | None
) -> str:
    """Charge what was used, and say why it ended."""
    cost = made.cost(halted.halt.tokens, halted.halt.seconds, devices, charged)
    run.costs.append(cost)
    run.is_complete = False
    why = budget.spent(Used(cost.trained_tokens, cost.device_seconds)) if budget else None
    return f"{halted}: {why or 'raise it, and run the same again to go on'}"


def _tell(logged: Tracked, watch: Watch, step: int, steps: int, figures: dict[str, float]) -> None:
    logged.metrics(figures, step)
    watch(step, steps, figures)


def _told(
    made: Making, parent: Policy, settings: TuneSettings, tallies: Sequence[Tally], outcome: Outcome | str | None
) -> Tuned:
    figures: dict[str, Any] = {"holdout": {}, "steps": 0, "tokens": 0, "seconds": 0.0}
    if isinstance(outcome, Outcome):
        figures = {name: getattr(outcome, name) for name in figures}
    return Tuned(
        policy_id=made.policy_id,
        parent_policy_id=parent.policy_id,
        method=settings.method,
        examples=sum(one.train for one in tallies),
        held_out=sum(one.holdout for one in tallies),
        left_out=left_out_in_words(tallies),
        is_new=isinstance(outcome, Outcome),
        stopped=outcome if isinstance(outcome, str) else None,
        **figures,
    )
