"""The step reward.train: pairs become examples, examples are sealed, members are trained, and a policy comes of it.

Everything is known by what it was made from, so that the same pairs and settings are not trained on twice, and a
training that was killed goes on from its last checkpoint.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conf import RewardSettings, TrackingSettings, fingerprint
from lakehouse.frames import held
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import StepRun, step_run
from lakehouse.served import Served, register
from lakehouse.tracked import Tracked, tracked_step
from pipelines.models.weights import digest_of
from pipelines.policies.making import SET, Making
from pipelines.reward.card import card
from pipelines.reward.encoding import base_folder
from pipelines.reward.examples import METHOD, reward_examples
from pipelines.reward.policy import KIND, reward_policy_row
from pipelines.reward.scoring import SETTINGS
from pipelines.reward.task import task_of
from pipelines.training.job import Job, Outcome
from pipelines.training.launch import launch
from pipelines.training.learning import random_seed
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
    base_digest = digest_of(base)
    with step_run(lakehouse, STEP, provenance, round) as run:
        examples = reward_examples(pairs_of(run), str(base), base_digest, settings.most_tokens, round)
        with held(examples) as kept:
            counts = _counts(kept)
            _check_enough(counts, settings)
            set_id = set_id_of(kept, METHOD, fingerprint(settings.model_dump(mode="json")))
            made = Making(KIND, base, base_digest, set_id, lakehouse.place.home)
            if made.is_known(lakehouse):
                run.is_idle = True
                return Trained(made.policy_id, counts["train"], counts["holdout"], counts["cut"], False, None, 0, 0.0)
            made.seal(run, kept, "cut", "workload")
        outcomes = _with_policy(run, settings, tracking, made, counts, watch)
        return Trained(
            made.policy_id,
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


def _with_policy(
    run: StepRun,
    settings: RewardSettings,
    tracking: TrackingSettings,
    made: Making,
    counts: dict[str, int],
    watch: Watch,
) -> list[Outcome]:
    """Every member of the ensemble, then the policy that they are: registered, a row, and what it cost."""
    said = {"policy_id": made.policy_id, "base": settings.base, "members": str(settings.members)}
    with tracked_step(run, tracking, "reward model", said) as logged:
        outcomes = [
            _member(settings, made, number, partial(_told, logged, watch, number)) for number in range(settings.members)
        ]
        row = reward_policy_row(settings, made, run.round, outcomes, logged.run_id)
        logged.client.log_text(logged.run_id, card(settings, row, counts, outcomes), "card.md")
        register(
            logged, tracking, made.home, run.lakehouse.settings, _served(settings, made.home.models / row["location"])
        )
    made.record(run, row, outcomes, settings.training.ranks)
    return outcomes


def _served(settings: RewardSettings, members: Path) -> Served:
    (members / SETTINGS).write_text(json.dumps(settings.model_dump(mode="json")))
    takes, gives = {"prompt": "How heavy is it?", "answer": "2 kg."}, {"reward": 0.5, "uncertainty": 0.1}
    return Served("reward", Path(__file__).parent / "served.py", members, "lakewheel[train]", takes, gives)


def _member(
    settings: RewardSettings, made: Making, number: int, watch: Callable[[int, int, dict[str, float]], None]
) -> Outcome:
    """One network of the ensemble, trained from a seed of its own and put where the policy has it."""
    seed = random_seed("reward", settings.seed, number)
    folder, examples = made.workshop / f"member-{number}", made.workshop / SET
    job = Job(folder, examples, seed, settings.training, task_of(settings, made.base))
    outcome = launch(job, watch)
    made.keep(job.result, f"member-{number}")
    return outcome


def _told(logged: Tracked, watch: Watch, member: int, step: int, steps: int, figures: dict[str, float]) -> None:
    logged.metrics({f"member_{member}/{name}": value for name, value in figures.items()}, step)
    watch(member, step, steps, figures)


def _mean(values: list[Any]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
