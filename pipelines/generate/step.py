"""The step generate: plan what is missing, let the crew draw and stage it, and merge it by key.

A run that was killed left listed parts in staging. The next one plans the same work from the table, takes over what is
listed, and draws the rest in the same batches, so that it ends with the same answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from conf import GenerateSettings, RaySettings, TrackingSettings
from lakehouse.faults import fault_point
from lakehouse.frames import frame_of
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rejections import Rejection
from lakehouse.rim import StepRun, step_run
from lakehouse.staging import discard_staged, load_staged, manifest_parts, sole_writer, staged_keys, sweep
from lakehouse.tables import table_named
from lakehouse.tracked import tracked_step
from pipelines.budget import Budget, budget_in
from pipelines.crew.batches import Batch, Lost
from pipelines.crew.progress import Progress
from pipelines.crew.staged import Staging, Watch, remaining, work_staged
from pipelines.engines.protocol import Engine
from pipelines.generate.asking import Piece
from pipelines.generate.drawer import DrawerMaker, rejection
from pipelines.generate.plan import STEP, Plan, plan_candidates
from pipelines.generate.policy import Policy

TABLE = "candidates"
READS = ("prompts", "ratings", "candidates", "scores", "rejections")


@dataclass(frozen=True)
class Means:
    """Who answers, and with what."""

    policy: Policy
    make_engine: Callable[[], Engine]
    ray: RaySettings
    tracking: TrackingSettings
    python: str | None = None
    budget: Budget | None = None


@dataclass(frozen=True)
class Generated:
    """What a run of the step came to."""

    planned: int
    prompts: int
    taken_over: int
    new: int
    rejected: int
    left: int
    answer_tokens: int
    seconds: float
    stopped: str | None = None
    """Why it ended with work left, where its budget is spent."""


NOTHING = Generated(planned=0, prompts=0, taken_over=0, new=0, rejected=0, left=0, answer_tokens=0, seconds=0.0)


def generate(
    lakehouse: Lakehouse,
    settings: GenerateSettings,
    means: Means,
    provenance: Provenance,
    round: int,
    most_prompts: int | None = None,
    watch: Watch = lambda progress: None,
) -> Generated:
    """Draw every candidate that is wanted and missing; nothing is written where nothing is."""
    folder = lakehouse.place.home.staging / STEP / means.policy.policy_id
    asked = asked_for(means.policy.policy_id, most_prompts)
    with sole_writer(lakehouse, folder), step_run(lakehouse, STEP, provenance, round, asked) as run:
        plan = plan_candidates(run, settings, means.policy.policy_id, most_prompts)
        sweep(folder, TABLE)
        staged = {name for (name,) in staged_keys(folder, TABLE)}
        if not plan.candidates and not staged:
            run.is_idle = True
            return NOTHING
        return _generated(run, settings, means, plan, folder, staged, watch)


def asked_for(policy_id: str, most_prompts: int | None) -> dict[str, str]:
    """What tells a run from others beside its settings and round."""
    return {"policy_id": policy_id} | ({"most_prompts": str(most_prompts)} if most_prompts else {})


def _generated(
    run: StepRun, settings: GenerateSettings, means: Means, plan: Plan, folder: Path, staged: set[str], watch: Watch
) -> Generated:
    wanted = {name for batch in plan.batches for piece in batch.pieces for name in piece.candidate_ids}
    run.append("policies", frame_of(run.lakehouse.spark, table_named("policies"), [means.policy.row]), counts=False)
    budget = budget_in(run, means.budget)
    progress = Progress("answers", plan.candidates - len(wanted & staged), budget=budget)
    batches = list(remaining(plan.batches, lambda piece: _without(piece, staged)))
    fault_point("generate.planned")
    may_begin = bool(batches) and not progress.stopped
    rejections = _drawn(run, settings, means, batches, folder, progress, watch) if may_begin else []
    run.take(len(wanted | staged) - progress.left)
    sweep(folder, TABLE)  # what actors wrote and died before they told of it
    fault_point("generate.before_merge")
    written = run.append(TABLE, load_staged(run.lakehouse, folder, TABLE)) if manifest_parts(folder, TABLE) else None
    fault_point("generate.after_merge")
    run.reject(rejections)
    run.costs += progress.costs(means.policy.name)
    discard_staged(folder)
    run.is_complete, run.is_idle = not progress.left, not (may_begin or staged)
    return Generated(
        planned=plan.candidates,
        prompts=plan.prompts,
        taken_over=len(staged),
        new=written.new if written else 0,
        rejected=len(rejections),
        left=progress.left,
        answer_tokens=int(progress.total("answer_tokens")),
        seconds=progress.seconds,
        stopped=progress.stopped,
    )


def _without(piece: Piece, done: set[str]) -> Piece:
    kept = [pair for pair in zip(piece.candidate_ids, piece.sample_indexes, strict=True) if pair[0] not in done]
    return replace(
        piece, candidate_ids=tuple(name for name, _ in kept), sample_indexes=tuple(index for _, index in kept)
    )


def _drawn(
    run: StepRun,
    settings: GenerateSettings,
    means: Means,
    batches: list[Batch],
    folder: Path,
    progress: Progress,
    watch: Watch,
) -> list[Rejection]:
    """Let the crew work, and return what was refused."""
    policy_id, round = means.policy.policy_id, run.round or 0
    maker = DrawerMaker(means.make_engine, folder, policy_id, run.run_id, round, settings.reference)
    said = {"policy_id": policy_id, "candidates": str(progress.planned)}
    with tracked_step(run, means.tracking, "generate", said) as tracking:
        staging = Staging(folder, TABLE)
        came = work_staged(maker, batches, staging, means.ray, progress, tracking, watch, means.python)
    return [*came.refusals, *(one for lost in came.lost for one in _given_up(lost))]


def _given_up(lost: Lost) -> list[Rejection]:
    piece: Piece = lost.piece
    return [rejection(piece, name, lost.reason, lost.detail) for name in piece.candidate_ids]
