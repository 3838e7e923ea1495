"""The step that keeps passages in step with documents: cut what is new, embed what has no vector, delete what is stale.

The stale ones go last, so that whoever searches meanwhile finds an old passage rather than none. A run that was killed
left listed parts in staging; the next one takes them over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from conf import ChunkSettings, QualitySettings, RaySettings
from lakehouse.change import delete_keys
from lakehouse.ensure import ensure
from lakehouse.faults import fault_point
from lakehouse.frames import completed, held
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.read import read
from lakehouse.rejections import Rejection
from lakehouse.rim import StepRun, step_run
from lakehouse.staging import discard_staged, load_staged, manifest_parts, sole_writer, staged_keys, sweep
from lakehouse.tables import table_named
from pipelines.documents.chunks.cut import chunks_of, documents_to_cut
from pipelines.documents.chunks.embed import TABLE, Row, Watch, embed_staged
from pipelines.documents.kept import KEPT_BY, staying_documents
from pipelines.documents.quality.cut import least_quality
from pipelines.models.encoder import encoder_digest

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

STEP = "documents.chunk"
REFRESHED = ("embedding", "encoder_digest")


@dataclass(frozen=True)
class Chunked:
    """What a run of the step came to."""

    documents: int
    """Documents that are kept, cut now or before."""
    cut: int
    """Passages that are new."""
    embedded: int
    given_up: int
    """Passages that could not be embedded, with reasons in rejections; the next run tries them again."""
    stale: int
    """Passages that were deleted: their documents were changed, dropped, or cut by other settings."""
    unembedded: int
    """Passages that have no vector yet."""


@dataclass(frozen=True)
class Bench:
    """What the step is told."""

    settings: ChunkSettings
    quality: QualitySettings
    ray: RaySettings
    embed: bool = True


def chunk_documents(
    lakehouse: Lakehouse, bench: Bench, provenance: Provenance, watch: Watch = lambda done: None
) -> Chunked:
    """Passages for every kept document as it is now; what is cut and embedded already is not touched."""
    folder = lakehouse.place.home.staging / TABLE
    asked = {"embed": str(bench.embed).lower()}
    with sole_writer(lakehouse, folder), step_run(lakehouse, STEP, provenance, asked=asked) as run:
        ensure(lakehouse, *KEPT_BY, "runs", TABLE)
        least = least_quality(lakehouse, bench.quality)
        wanted = documents_to_cut(staying_documents(*map(run.read, KEPT_BY)), run.read("runs"), least, bench.settings)
        with held(wanted.select("document_id", "cut_from")) as known:
            cut = _cut(run, wanted, bench.settings)
            embedded, given_up = _embedded(run, known, folder, bench, watch) if bench.embed else (0, 0)
            fault_point("chunks.before_stale")
            stale = _cleared(run, known)
            run.is_idle = not (cut or embedded or given_up or stale)
            return Chunked(known.count(), cut, embedded, given_up, stale, _missing(run, known).count())


def _cut(run: StepRun, wanted: DataFrame, settings: ChunkSettings) -> int:
    """Passages of the documents that have none of this cut; how many are new."""
    there = run.read(TABLE).select("cut_from").distinct()
    waiting = wanted.join(there, on="cut_from", how="left_anti").select("document_id", "title", "text", "cut_from")
    with held(completed(table_named(TABLE), chunks_of(waiting, settings))) as rows:
        count = rows.count()
        if not count:
            return 0
        run.take(count)
        return run.append(TABLE, rows).new


def _embedded(run: StepRun, known: DataFrame, folder: Path, bench: Bench, watch: Watch) -> tuple[int, int]:
    """How many passages were given a vector, and how many were given up."""
    sweep(folder, TABLE)
    done = {key for (key,) in staged_keys(folder, TABLE)}
    waiting = _rows(_missing(run, known), done)
    first = next(waiting, None)  # a crew takes seconds to start, so it is asked only where there is work
    rejections = (
        [] if first is None else embed_staged(chain([first], waiting), folder, bench.settings, bench.ray, watch)
    )
    sweep(folder, TABLE)
    if not manifest_parts(folder, TABLE):
        return 0, _refused(run, rejections)
    fault_point("chunks.before_merge")
    staged = load_staged(run.lakehouse, folder, TABLE).drop("run_id")
    current = read(run.lakehouse, TABLE).frame.select("chunk_id")
    written = run.append(TABLE, staged.join(current, on="chunk_id", how="left_semi"), refresh=REFRESHED)
    run.take(written.rows)
    discard_staged(folder)
    return written.rows, _refused(run, rejections)


def _refused(run: StepRun, rejections: list[Rejection]) -> int:
    run.take(len(rejections))
    return run.reject(rejections)


def _rows(missing: DataFrame, done: set[str]) -> Iterator[Row]:
    """One after another, without those that an earlier run staged."""
    for row in missing.toLocalIterator():
        if row["chunk_id"] not in done:
            yield row.asDict()


def _missing(run: StepRun, known: DataFrame) -> DataFrame:
    """The passages of now that have no vector by the encoder of now."""
    from pyspark.sql import functions as F

    by_others = ~F.col("encoder_digest").eqNullSafe(encoder_digest())
    there = read(run.lakehouse, TABLE).frame
    return there.where(by_others).join(known.select("cut_from"), on="cut_from", how="left_semi").select(*there.columns)


def _cleared(run: StepRun, known: DataFrame) -> int:
    """Delete the passages of texts that are no more; how many there were."""
    there = read(run.lakehouse, TABLE).frame
    stale = there.join(known.select("cut_from"), on="cut_from", how="left_anti").select("chunk_id")
    deleted = delete_keys(run.lakehouse, TABLE, stale, run.run_id)
    if deleted:
        run.settle(TABLE, deleted)
    return deleted
