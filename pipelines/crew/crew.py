"""Batches through actors: one batch in flight for each, no wait without a deadline, and a death costs one batch.

A batch that fails is tried again in parts, and its pieces alone at last; what fails then is given up by name. If that
happens to more pieces than succeed, the fault is not in the pieces, and the crew gives up instead of them.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from conf import RaySettings
from lakehouse.faults import fault_point
from lakehouse.first_line import first_line
from pipelines.crew.batches import Batch, Done, Lost, lost
from pipelines.crew.cluster import Crewing
from pipelines.crew.resting import dismiss_resting, lay_to_rest, may_rest, woken
from pipelines.engines.protocol import EngineError

logger = logging.getLogger(__name__)
Work = Callable[[Batch], Any]
LONGEST_WAIT_SECONDS = 5.0
MOST_START_FAILURES = 3
SUSPICIOUS_LOSSES = 8
FAILED = "engine_failed"


class CrewFailed(RuntimeError):
    """The crew cannot go on; what was done until then is staged."""


class Member:
    """What runs inside an actor: for each crew it makes a worker once, which works through what it is given."""

    def begin(self, make_worker: Callable[[], Work]) -> None:
        self.work_through = make_worker()

    def work(self, batch: Batch) -> Any:
        fault_point("crew.before_batch")
        result = self.work_through(batch)
        fault_point("crew.after_batch")
        return result

    def rest(self) -> None:
        """Let go of the worker, and of the memory that it took."""
        import gc

        del self.work_through
        gc.collect()


@dataclass
class Task:
    """Something an actor owes by a deadline: its start, or a batch."""

    actor: Any
    batch: Batch | None
    began: float
    deadline: float
    was_resting: bool = False
    """Whether the actor is one of an earlier crew, which may have died since."""


class Crew:
    """Actors and what each of them is at."""

    def __init__(
        self, make_worker: Callable[[], Work], crewing: Crewing, settings: RaySettings, python: str | None
    ) -> None:
        import ray

        options: dict[str, Any] = {"num_cpus": crewing.cores, "num_gpus": crewing.accelerators, "max_restarts": 0}
        if python:
            options["runtime_env"] = {"py_executable": python}
        self._remote = ray.remote(Member).options(**options)
        self._maker, self._crewing, self._settings = ray.put(make_worker), crewing, settings
        self._may_rest = may_rest(crewing, settings, python)
        self._tasks: dict[Any, Task] = {}
        self._start_failures = 0
        self._done_pieces = self._lost_pieces = 0
        self._failure: Exception | None = None

    def work(self, batches: Iterable[Batch]) -> Iterator[Done | Lost]:
        """Everything that became of the batches, as it happens."""
        self._waiting = waiting = deque(batches)
        idle: list[Any] = []
        try:
            for _ in range(min(self._crewing.actors, len(waiting))):
                self._start()
            while waiting or any(task.batch for task in self._tasks.values()):
                while idle and waiting:
                    self._give(idle.pop(), waiting.popleft())
                for outcome in self._next(waiting, idle):
                    self._count(outcome)
                    yield outcome
        finally:
            self._end(idle)

    def stop(self) -> None:
        """Begin nothing more; what is in flight is awaited."""
        self._waiting.clear()

    def _start(self) -> None:
        if not self._may_rest:
            dismiss_resting()  # whose cores this crew needs
        resting = woken(self._crewing) if self._may_rest else None
        actor: Any = resting or self._remote.remote()
        seconds = self._settings.start_timeout_seconds
        self._owe(actor, actor.begin.remote(self._maker), None, seconds, was_resting=resting is not None)

    def _give(self, actor: Any, batch: Batch) -> None:
        self._owe(actor, actor.work.remote(batch), batch, self._settings.batch_timeout_seconds)

    def _owe(self, actor: Any, answer: Any, batch: Batch | None, seconds: float, was_resting: bool = False) -> None:
        now = time.monotonic()
        self._tasks[answer] = Task(actor, batch, now, now + seconds, was_resting)

    def _next(self, waiting: deque[Batch], idle: list[Any]) -> Iterator[Done | Lost]:
        """What has come in, and what is late."""
        import ray

        patience = min(task.deadline for task in self._tasks.values()) - time.monotonic()
        ready, _ = ray.wait(list(self._tasks), timeout=min(max(patience, 0.0), LONGEST_WAIT_SECONDS))
        for answer in ready:
            yield from self._came(self._tasks.pop(answer), answer, waiting, idle)
        for answer, task in list(self._tasks.items()):
            if task.deadline < time.monotonic():
                del self._tasks[answer]
                yield from self._is_late(task, waiting)

    def _came(self, task: Task, answer: Any, waiting: deque[Batch], idle: list[Any]) -> Iterator[Done | Lost]:
        import ray
        from ray.exceptions import OutOfMemoryError, RayActorError, RayTaskError, WorkerCrashedError

        try:
            result = ray.get(answer)
        except RayTaskError as problem:
            cause = problem.cause if isinstance(problem.cause, Exception) else problem
            if isinstance(cause, EngineError):
                raise CrewFailed(f"an actor could not go on: {cause}") from cause
            if task.batch is None:
                ray.kill(task.actor)
                yield from self._died(task, cause, waiting)
                return
            idle.append(task.actor)
            self._failure = cause
            yield from self._again(task.batch, FAILED, f"The engine failed on it ({type(cause).__name__}).", waiting)
        except (RayActorError, WorkerCrashedError, OutOfMemoryError) as problem:
            yield from self._died(task, problem, waiting)
        else:
            idle.append(task.actor)
            if task.batch is not None:
                yield Done(task.batch, result, time.monotonic() - task.began)

    def _died(self, task: Task, problem: Exception, waiting: deque[Batch]) -> Iterator[Lost]:
        if task.batch is None and not task.was_resting:
            self._start_failures += 1
            if self._start_failures >= MOST_START_FAILURES:
                said = first_line(problem)
                raise CrewFailed(
                    f"expected actors to start, and {MOST_START_FAILURES} died while loading their model: {said} "
                    "Most often there is too little memory: lower ray.actors, or take a smaller model."
                ) from problem
        self._start()
        if task.batch is not None:
            yield from self._again(task.batch, "kills_its_actor", "The actor that took it died.", waiting)

    def _is_late(self, task: Task, waiting: deque[Batch]) -> Iterator[Lost]:
        import ray

        ray.kill(task.actor)
        if task.batch is None:
            raise CrewFailed(
                f"expected an actor to load its model within {self._settings.start_timeout_seconds:g} seconds, and it "
                "did not. Raise ray.start_timeout_seconds, or see whether the cluster has room for it."
            )
        logger.warning("a batch of %s was late; its actor is replaced", len(task.batch.pieces))
        self._start()
        limit = f"{self._settings.batch_timeout_seconds:g}"
        yield from self._again(task.batch, "too_slow", f"It took longer than {limit} seconds.", waiting)

    def _again(self, batch: Batch, reason: str, detail: str, waiting: deque[Batch]) -> Iterator[Lost]:
        parts = batch.after_failure()
        waiting.extend(parts)
        if not parts:
            yield from lost(batch, reason, detail)

    def _count(self, outcome: Done | Lost) -> None:
        """Many losses and few successes mean that something else is wrong, and prompts must not pay for it."""
        if isinstance(outcome, Done):
            self._done_pieces += len(outcome.batch.pieces)
            return
        self._lost_pieces += 1
        if outcome.reason == FAILED and not self._done_pieces:
            raise CrewFailed(
                "the engine fails on the first thing that it is given, so the fault is hardly in the prompts; "
                f"nothing was rejected. It said: {type(self._failure).__name__}: {self._failure}"
            ) from self._failure
        if self._lost_pieces > max(SUSPICIOUS_LOSSES, self._done_pieces):
            raise CrewFailed(
                f"{self._lost_pieces} pieces of work failed three times each and only {self._done_pieces} succeeded, "
                f"so the fault is hardly theirs; nothing was rejected. The last one: {outcome.detail} Run `lakewheel "
                "doctor`, look at memory, and run the step again: what is done is kept."
            )

    def _end(self, idle: list[Any]) -> None:
        import ray

        for actor in idle:
            lay_to_rest(actor, self._crewing) if self._may_rest else ray.kill(actor)
        for task in self._tasks.values():
            ray.kill(task.actor)
        self._tasks.clear()
