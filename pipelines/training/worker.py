"""The worker: one training from its job to its result, resumed where it was killed.

python -m pipelines.training.worker FOLDER
torchrun --nproc-per-node 2 -m pipelines.training.worker FOLDER
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn

from filelock import FileLock, Timeout

from pipelines.training.assembly import assembled
from pipelines.training.checkpoints import load_checkpoint, save_checkpoint
from pipelines.training.job import BEST, CHECKPOINTS, METRICS, Halt, Job, Outcome, TrainingHalted, outcome_in, read_job
from pipelines.training.kept import keep, restored
from pipelines.training.learning import Bench, figures_on, learn, random_numbers
from pipelines.training.plan import Step, steps_of
from pipelines.training.references import with_references
from pipelines.training.sealed import unsealed
from pipelines.training.task import Example
from pipelines.training.world import World, joined

Watch = Callable[[int, int, dict[str, float]], None]
"""Told the step, how many there are at most, and what it came to."""
HOLDOUT_LOSS = "holdout_loss"
LOCK = "training.lock"


class TrainingUnderWay(RuntimeError):
    """Somebody else trains the same job."""


@dataclass
class Course:
    """How far a training has come; a checkpoint holds it."""

    step: int = 0
    best_epoch: int = -1
    best: dict[str, float] = field(default_factory=dict)
    bad_steps: list[tuple[str, ...]] = field(default_factory=list)
    tokens: int = 0
    seconds: float = 0.0
    saved: int = 0
    """The step of the newest checkpoint."""


def train(folder: Path, watch: Watch = lambda step, steps, figures: None) -> Outcome:
    """Train what a folder's job says, once: a finished job is only told of; raises where its budget is spent."""
    job, outcome = read_job(folder), outcome_in(folder)
    if outcome:
        return outcome
    with joined() as world, _alone_in(folder, world):
        random_numbers(job.seed, "network")
        network = job.task.network()
        engine = assembled(network, job.task, job.settings, world)
        bench = Bench(job, engine, world)
        outcome = _trained(job, bench, with_references(bench, unsealed(job.examples)), watch)
        if world.leads:
            job.task.save(restored(_unwrapped(job), folder / BEST), job.result)
            outcome.write(folder)
        world.wait()
    return outcome


@contextmanager
def _alone_in(folder: Path, world: World) -> Iterator[None]:
    """Ranks whose driver was killed go on: a second training in their folder would spoil both."""
    lock = FileLock(folder / LOCK)
    if world.leads:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise TrainingUnderWay(
                f"expected to train in {folder} alone, and another process trains there. Wait until it is done, or end "
                "it, and run the step again: it goes on from the last checkpoint."
            ) from None
    try:
        yield
    finally:
        lock.release()


def _unwrapped(job: Job) -> Any:
    """The network without DeepSpeed around it, which may have spread its weights."""
    random_numbers(job.seed, "network")
    return job.task.network()


def _trained(job: Job, bench: Bench, sets: dict[str, list[Example]], watch: Watch) -> Outcome:
    course = Course(**(load_checkpoint(bench.engine, job.folder / CHECKPOINTS, bench.world) or {}))
    if bench.world.leads:
        _forget_beyond(job.folder / METRICS, course.step)
    epochs = [_epoch(job, sets["train"], number) for number in range(job.settings.epochs)]
    total = sum(map(len, epochs))
    began = time.monotonic() - course.seconds
    number = 0
    for epoch, steps in enumerate(epochs):
        for step in steps:
            number += 1
            if number <= course.step:
                continue
            if _is_spent(job, bench.world, course):
                _halt(job, bench, course, total)
            figures = learn(bench, sets["train"], step, number - 1, total, course.bad_steps)
            course.step, course.seconds = number, time.monotonic() - began
            course.tokens += int(figures["tokens"])
            _tell(job, bench.world, number, total, figures, watch)
            if number % job.settings.checkpoint_steps == 0 and step is not steps[-1]:
                _save(job, bench, course)
        if number >= course.step and not _measured(job, bench, sets["holdout"], epoch, course, (number, total), watch):
            break
    shown = sum(len(step.places) for step in list(chain.from_iterable(epochs))[: course.step])
    bad = tuple(course.bad_steps)
    seconds, memory = time.monotonic() - began, bench.world.most_memory()
    return Outcome(course.step, course.best_epoch + 1, shown, course.tokens, seconds, bad, course.best, memory)


def _epoch(job: Job, examples: Sequence[Example], epoch: int) -> list[Step]:
    units = job.task.units(examples, turn=f"{job.seed}:{epoch}")
    return steps_of(units, epoch, job.seed, job.settings.examples_per_step, job.settings.tokens_per_batch)


def _measured(
    job: Job,
    bench: Bench,
    holdout: Sequence[Example],
    epoch: int,
    course: Course,
    at: tuple[int, int],
    watch: Watch,
) -> bool:
    """Measure at the end of an epoch, keep the best weights, and say whether it is worth going on."""
    if epoch <= course.best_epoch:
        return True
    figures = {f"holdout_{name}": value for name, value in figures_on(bench, holdout).items()} if holdout else {}
    if figures:
        _tell(job, bench.world, *at, figures, watch)
    best = course.best.get(HOLDOUT_LOSS, math.inf)
    is_better = not course.best or figures.get(HOLDOUT_LOSS, math.inf) < (math.inf if math.isnan(best) else best)
    if not figures or is_better:
        keep(bench.engine.module, job.folder / BEST, bench.world)
        course.best_epoch, course.best = epoch, figures
    _save(job, bench, course)
    patience = job.settings.patience
    return patience is None or not figures or epoch - course.best_epoch < patience


def _is_spent(job: Job, world: World, course: Course) -> bool:
    """Whether the budget is used up; clocks differ, so all ranks stop where one of them would."""
    if job.most_tokens is not None and not course.tokens < job.most_tokens:
        return True
    if job.most_seconds is None:
        return False
    return any(world.gathered([not course.seconds < job.most_seconds]))


def _halt(job: Job, bench: Bench, course: Course, total: int) -> NoReturn:
    """Leave a checkpoint to go on from, and say how far it came."""
    if course.step > course.saved:
        _save(job, bench, course)
    halt = Halt(course.step, total, course.tokens, course.seconds)
    if bench.world.leads:
        halt.write(job.folder)
    bench.world.wait()
    raise TrainingHalted(halt)


def _save(job: Job, bench: Bench, course: Course) -> None:
    course.saved = course.step
    save_checkpoint(bench.engine, job.folder / CHECKPOINTS, course.step, dict(vars(course)), bench.world)


def _forget_beyond(metrics: Path, step: int) -> None:
    """Figures of steps after the checkpoint will come again."""
    lines = metrics.read_text().splitlines(keepends=True) if metrics.is_file() else []
    metrics.write_text("".join(line for line in lines if line.endswith("\n") and json.loads(line)["step"] <= step))


def _tell(job: Job, world: World, step: int, steps: int, figures: dict[str, float], watch: Watch) -> None:
    if not world.leads:
        return
    with (job.folder / METRICS).open("a") as lines:
        lines.write(json.dumps({"step": step, **figures}) + "\n")
    watch(step, steps, figures)


if __name__ == "__main__":
    with suppress(TrainingHalted):  # whoever started the ranks finds where it stands in the folder
        train(Path(sys.argv[1]))
