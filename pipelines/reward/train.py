"""The step reward.train: pairs become examples, examples are sealed, members are trained, and a policy comes of it.

Everything is known by what it was made from, so that the same pairs and settings are not trained on twice, and a
training that was killed goes on from its last checkpoint.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conf import RewardSettings, TrackingSettings, fingerprint
from lakehouse.frames import completed, frame_of, held
from lakehouse.home import Home
from lakehouse.identity import identity
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.read import read
from lakehouse.rim import Cost, StepRun, step_run
from lakehouse.tables import table_named
from lakehouse.tracked import Tracked, tracked
from pipelines.models.weights import digest_of
from pipelines.reward.card import register
from pipelines.reward.encoding import base_folder
from pipelines.reward.examples import METHOD, reward_examples
from pipelines.reward.policy import KIND, member_folder, reward_folder, reward_policy_row
from pipelines.reward.task import task_of
from pipelines.training.job import Job, Outcome
from pipelines.training.launch import launch
from pipelines.training.learning import random_seed
from pipelines.training.sealed import seal
from pipelines.training.set_identity import set_id_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

STEP = "reward.train"
Watch = Callable[[int, int, int, dict[str, float]], None]
"""Told the member, the step, how many there are, and what it came to."""


class TooFewPairs(ValueError):
    """There is not enough to learn from."""


@dataclass(frozen=True)
class Trained:
    """What a run of the step came to."""

    policy_id: str
    pairs: int
    held_out: int
    cut_tokens: int
    is_new: bool
    accuracy: float | None
    """The mean over members on held-out pairs; None where none were held out."""
    tokens: int
    seconds: float


@dataclass(frozen=True)
class Making:
    """The policy to be, what it is made from, and the folder in which it is made."""

    policy_id: str
    set_id: str
    base: Path
    folder: Path


def train_reward(
    lakehouse: Lakehouse,
    settings: RewardSettings,
    tracking: TrackingSettings,
    pairs_of: Callable[[StepRun], DataFrame],
    provenance: Provenance,
    round: int,
    watch: Watch = lambda member, step, steps, figures: None,
) -> Trained:
    """Train a reward model on what is preferred; nothing is trained where that was done already."""
    base = base_folder(settings.base)
    with step_run(lakehouse, STEP, provenance, round) as run:
        examples = reward_examples(pairs_of(run), str(base), digest_of(base), settings.most_tokens, round)
        with held(examples) as kept:
            counts = _counts(kept)
            _check_enough(counts, settings)
            set_id = set_id_of(kept, METHOD, fingerprint(settings.model_dump(mode="json")))
            policy_id = identity(KIND, digest_of(base), set_id)
            if _is_known(lakehouse, policy_id):
                run.is_idle = True
                return Trained(policy_id, counts["train"], counts["holdout"], counts["cut"], False, None, 0, 0.0)
            made = Making(policy_id, set_id, base, lakehouse.place.home.checkpoints / "reward" / policy_id)
            _sealed(run, kept, set_id, made.folder / "set")
        outcomes = _with_policy(run, settings, tracking, made, counts, watch)
        shutil.rmtree(made.folder)
        return Trained(
            policy_id,
            counts["train"],
            counts["holdout"],
            counts["cut"],
            True,
            _mean([one.holdout.get("holdout_accuracy") for one in outcomes]),
            sum(one.tokens for one in outcomes),
            sum(one.seconds for one in outcomes),
        )


def _counts(examples: DataFrame) -> dict[str, int]:
    from pyspark.sql import functions as F

    counted = examples.agg(
        F.count_if(F.col("split") == "train").alias("train"),
        F.count_if(F.col("split") == "holdout").alias("holdout"),
        F.coalesce(F.sum("cut"), F.lit(0)).alias("cut"),
    ).first()
    assert counted is not None
    return dict(counted.asDict())


def _check_enough(counts: dict[str, int], settings: RewardSettings) -> None:
    if counts["train"] < settings.least_pairs:
        raise TooFewPairs(
            f"expected at least {settings.least_pairs} pairs to train a reward model on, and there are "
            f"{counts['train']}. Bring some in (`lakewheel preferences take FILE`, `lakewheel preferences derive`), or "
            "lower reward.least_pairs."
        )


def _is_known(lakehouse: Lakehouse, policy_id: str) -> bool:
    """Whether it is in the table and its files are there."""
    if not lakehouse.exists("policies") or not reward_folder(lakehouse.place.home, policy_id).is_dir():
        return False
    return bool(read(lakehouse, "policies").frame.where(f"policy_id = '{policy_id}'").count())


def _sealed(run: StepRun, examples: DataFrame, set_id: str, folder: Path) -> None:
    """The set as rows of examples, and as the one file that the worker reads."""
    from pyspark.sql import functions as F

    named = examples.withColumn("example_set_id", F.lit(set_id))
    run.take(named.count())
    run.append("examples", completed(table_named("examples"), named))
    seal(folder, set_id, named.drop("cut", "workload").toArrow())


def _with_policy(
    run: StepRun,
    settings: RewardSettings,
    tracking: TrackingSettings,
    made: Making,
    counts: dict[str, int],
    watch: Watch,
) -> list[Outcome]:
    """Every member of the ensemble, then the policy that they are: registered, a row, and what it cost."""
    home = run.lakehouse.place.home
    tags = {"lakewheel.step": STEP, "lakewheel.run_id": run.run_id, "lakewheel.round": str(run.round)}
    said = {"policy_id": made.policy_id, "base": settings.base, "members": str(settings.members)}
    with tracked(tracking, home, f"reward model, round {run.round}", tags, said) as logged:
        outcomes = [
            _member(settings, made, home, number, partial(_told, logged, watch, number))
            for number in range(settings.members)
        ]
        row = reward_policy_row(run, settings, made.policy_id, made.set_id, made.base, outcomes, logged.run_id)
        register(logged, tracking, home, settings, row, counts, outcomes)
    run.append("policies", frame_of(run.lakehouse.spark, table_named("policies"), [row]), counts=False)
    seconds = sum(one.seconds for one in outcomes)
    tokens = sum(one.tokens for one in outcomes)
    run.costs.append(Cost(model=str(row["name"]), trained_tokens=tokens, seconds=seconds, device_seconds=seconds))
    return outcomes


def _member(
    settings: RewardSettings, made: Making, home: Home, number: int, watch: Callable[[int, int, dict[str, float]], None]
) -> Outcome:
    """One network of the ensemble, trained from a seed of its own and put where the policy has it."""
    seed = random_seed("reward", settings.seed, number)
    folder = made.folder / f"member-{number}"
    job = Job(folder, made.folder / "set", seed, settings.training, task_of(settings, made.base))
    outcome = launch(job, watch)
    kept = member_folder(home, made.policy_id, number)
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(job.result, kept)
    return outcome


def _told(logged: Tracked, watch: Watch, member: int, step: int, steps: int, figures: dict[str, float]) -> None:
    logged.metrics({f"member_{member}/{name}": value for name, value in figures.items()}, step)
    watch(member, step, steps, figures)


def _mean(values: list[Any]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
