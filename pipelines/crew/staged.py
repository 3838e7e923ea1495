"""A crew's work, staged: each part is listed as it comes, so that a run that is killed loses only what is in flight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from conf import RaySettings
from lakehouse.rejections import Rejection
from lakehouse.staging import list_parts
from lakehouse.tracked import Tracked
from pipelines.crew.batches import Batch, Lost
from pipelines.crew.cluster import ray_cluster
from pipelines.crew.crew import Crew, Work
from pipelines.crew.progress import Progress

Watch = Callable[[Progress], None]


@dataclass(frozen=True)
class Staging:
    """Where the parts go, and the table that they will be rows of."""

    folder: Path
    table: str


@dataclass(frozen=True)
class Came:
    """What a crew returned beside the parts: what its workers refused, and what was given up."""

    refusals: tuple[Rejection, ...]
    lost: tuple[Lost, ...]


def work_staged(
    make_worker: Callable[[], Work],
    batches: Sequence[Batch],
    staging: Staging,
    ray: RaySettings,
    progress: Progress,
    tracking: Tracked,
    watch: Watch,
    python: str | None = None,
) -> Came:
    """Let a crew work through the batches; it stops where work was put off, and where the budget is spent."""
    refusals: list[Rejection] = []
    lost: list[Lost] = []
    with ray_cluster(ray) as crewing:
        crew = Crew(make_worker, crewing, ray, python)
        for number, outcome in enumerate(crew.work(batches)):
            if isinstance(outcome, Lost):
                lost.append(outcome)
            else:
                list_parts(staging.folder, staging.table, [outcome.result.part] if outcome.result.part else [])
                refusals += outcome.result.refusals
            progress.add(outcome)
            tracking.metrics(progress.metrics, number)
            watch(progress)
            if progress.unasked or progress.stopped:
                crew.stop()
    return Came(tuple(refusals), tuple(lost))


def remaining(batches: Iterable[Batch], without: Callable[[Any], Any]) -> Iterator[Batch]:
    """What is left of each batch when its pieces have lost what is done; a batch that loses nothing stays itself."""
    for batch in batches:
        left = [piece for piece in map(without, batch.pieces) if piece.candidate_ids]
        if left:
            yield replace(batch, pieces=tuple(left), names=tuple(piece.name for piece in left))
