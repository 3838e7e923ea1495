"""The step generate: plan what is missing, let the crew draw and stage it, and merge it by key.

A run that was killed left listed parts in staging. The next one plans the same work from the table, takes over what is
listed, and draws the rest in the same batches, so that it ends with the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from conf import GenerateSettings, RaySettings, TrackingSettings
from lakehouse.faults import fault_point
from lakehouse.frames import frame_of
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rejections import Rejection
from lakehouse.rim import Cost, StepRun, step_run
from lakehouse.staging import discard_staged, list_parts, load_staged, manifest_parts, sole_writer, staged_values, sweep
from lakehouse.tables import table_named
from lakehouse.tracked import Tracked, tracked
from pipelines.crew.batches import Batch, Lost
from pipelines.crew.cluster import ray_cluster
from pipelines.crew.crew import Crew
from pipelines.engines.protocol import Engine
from pipelines.generate.asking import Piece
from pipelines.generate.drawer import DrawerMaker, rejection
from pipelines.generate.plan import STEP, Plan, plan_candidates
from pipelines.generate.policy import Policy
from pipelines.generate.progress import Progress

TABLE = "candidates"
Watch = Callable[[Progress], None]


@dataclass(frozen=True)
class Means:
    """Who answers, and with what."""

    policy: Policy
    make_engine: Callable[[], Engine]
    ray: RaySettings
    tracking: TrackingSettings
    python: str | None = None


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
    with sole_writer(lakehouse, folder), step_run(lakehouse, STEP, provenance, round) as run:
        plan = plan_candidates(run, settings, means.policy.policy_id, most_prompts)
        sweep(folder, TABLE)
        staged = staged_values(folder, TABLE, "candidate_id")
        if not plan.candidates and not staged:
            run.is_idle = True
            return Generated(0, 0, 0, 0, 0, 0, 0, 0.0)
        return _generated(run, settings, means, plan, folder, staged, watch)


def _generated(
    run: StepRun, settings: GenerateSettings, means: Means, plan: Plan, folder: Path, staged: set[str], watch: Watch
) -> Generated:
    wanted = {name for batch in plan.batches for piece in batch.pieces for name in piece.candidate_ids}
    run.append("policies", frame_of(run.lakehouse.spark, table_named("policies"), [means.policy.row]), counts=False)
    progress = Progress(plan.candidates - len(wanted & staged))
    batches = list(_remaining(plan.batches, staged))
    fault_point("generate.planned")
    rejections = _drawn(run, settings, means, batches, folder, progress, watch)
    run.take(len(wanted | staged) - progress.left)
    sweep(folder, TABLE)  # what actors wrote and died before they told of it
    fault_point("generate.before_merge")
    written = run.append(TABLE, load_staged(run.lakehouse, folder, TABLE)) if manifest_parts(folder, TABLE) else None
    fault_point("generate.after_merge")
    run.reject(rejections)
    run.costs += _costs(progress, means.policy.name)
    discard_staged(folder)
    return Generated(
        planned=plan.candidates,
        prompts=plan.prompts,
        taken_over=len(staged),
        new=written.new if written else 0,
        rejected=len(rejections),
        left=progress.left,
        answer_tokens=int(progress.total("answer_tokens")),
        seconds=progress.seconds,
    )


def _remaining(batches: Iterable[Batch], done: set[str]) -> Iterator[Batch]:
    """What is left of each batch; one that is whole or gone stays what it was planned as."""
    for batch in batches:
        left = [part for part in (_without(piece, done) for piece in batch.pieces) if part.candidate_ids]
        if left:
            names = tuple(piece.name for piece in left)
            yield replace(batch, pieces=tuple(left), names=names)


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
    """Let the crew work, list each part as it comes, and return what was refused."""
    if not batches:
        return []
    rejections: list[Rejection] = []
    maker = DrawerMaker(
        means.make_engine, folder, means.policy.policy_id, run.run_id, run.round or 0, settings.reference
    )
    with _tracked(run, means, progress) as tracking, ray_cluster(means.ray) as crewing:
        crew = Crew(maker, crewing, means.ray, means.python)
        for number, outcome in enumerate(crew.work(batches)):
            if isinstance(outcome, Lost):
                rejections += _given_up(outcome)
            else:
                list_parts(folder, TABLE, [outcome.result.part] if outcome.result.part else [])
                rejections += outcome.result.refusals
            progress.add(outcome)
            tracking.metrics(progress.metrics, number)
            watch(progress)
            if progress.unasked:
                crew.stop()
    return rejections


@contextmanager
def _tracked(run: StepRun, means: Means, progress: Progress) -> Iterator[Tracked]:
    tags = {"lakewheel.step": STEP, "lakewheel.run_id": run.run_id, "lakewheel.round": str(run.round)}
    parameters = {"policy_id": means.policy.policy_id, "candidates": str(progress.candidates)}
    name = f"generate, round {run.round}"
    with tracked(means.tracking, run.lakehouse.place.home, name, tags, parameters) as tracking:
        yield tracking


def _given_up(lost: Lost) -> list[Rejection]:
    piece: Piece = lost.piece
    return [rejection(piece, name, lost.reason, lost.detail) for name in piece.candidate_ids]


def _costs(progress: Progress, model: str) -> list[Cost]:
    """For each workload what its batches used, and its share of the time that a clock on the wall would show."""
    all_actors = progress.total("device_seconds")
    return [
        Cost(
            workload=workload,
            model=model,
            prompt_tokens=spent["prompt_tokens"],
            answer_tokens=spent["answer_tokens"],
            seconds=progress.seconds * spent["device_seconds"] / all_actors,
            device_seconds=float(spent["device_seconds"]),
            money=float(spent["money"]),
        )
        for workload, spent in progress.spent.items()
    ]
