"""The step documents.deduplicate: of documents that are the same or nearly so one is kept, and the others name it.

Survivors are written first, signatures after them: what has a signature is decided, so a run that died is made again
over the same documents and comes to the same end. Nothing in it depends on the order of rows, partitions or tasks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conf.duplicates import DuplicatesSettings
from lakehouse.change import delete_keys
from lakehouse.ensure import ensure
from lakehouse.faults import fault_point
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import StepRun, step_run
from pipelines.documents.duplicates.decide import Decided, decided
from pipelines.documents.duplicates.paragraphs import shared_paragraphs, shortened
from pipelines.documents.duplicates.pile import ORDER, Pile, last_scheme, piled, standing_of
from pipelines.near_duplicates.minhash import scheme_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

STEP = "documents.deduplicate"
TABLE, DUPLICATES = "documents", "duplicates"
REFRESHED, SIGNED = ("survivor_id",), ("bands", "text_digest")


@dataclass(frozen=True)
class Deduplicated:
    """What a run of the step came to."""

    arrived: int
    """Documents that were decided now."""
    exact: int
    near: int
    changed: int
    """Documents whose survivor is another one than before."""
    shared_paragraphs: int = 0
    """Paragraphs of new documents that another one keeps."""
    shared_characters: int = 0


def scheme(settings: DuplicatesSettings) -> str:
    """Under what decisions hold: other settings decide about every document anew."""
    near = settings.near
    return f"{scheme_of(near)}-near{near.threshold:g}-ends{near.end_words}"


def deduplicate_documents(
    lakehouse: Lakehouse, settings: DuplicatesSettings, provenance: Provenance, *, again: bool = False
) -> Deduplicated:
    """Decide about every document that stays and is not decided; with `again`, about all of them anew."""
    from pyspark.sql import functions as F

    ensure(lakehouse, TABLE, DUPLICATES, "signatures")
    name = scheme(settings)
    anew = again or last_scheme(lakehouse, STEP) != name
    with step_run(lakehouse, STEP, provenance, asked={"scheme": name}) as run:
        documents = run.read(TABLE)
        stored = run.read("signatures").where(F.lit(False) if anew else F.col("scheme") == name)
        pile = piled(standing_of(documents), run.read(DUPLICATES), stored)
        arrived = pile.arrived.count()
        if not arrived:
            run.is_idle = True
            return Deduplicated(0, 0, 0, 0)
        texts = _texts(documents)
        found = decided(pile, texts, settings)
        changed = _write_survivors(run, pile, found)
        fault_point("deduplicate.survivors_written")
        shared, rests = _paragraphs(pile, found, texts, settings)
        _write_signatures(run, found, rests, name, is_again=anew or pile.was_signed)
        if rests is not None:
            run.take(run.change(TABLE, rests.withColumnRenamed("entity_id", "document_id")).rows)
        return Deduplicated(arrived, found.exact, found.near, changed, *shared)


def _texts(documents: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F

    stays = documents.where("dropped_by IS NULL")
    return stays.select(F.col("document_id").alias("entity_id"), "text_digest", "text", "run_id")


def _write_survivors(run: StepRun, pile: Pile, found: Decided) -> int:
    """The duplicates among what arrived, each with its survivor; for how many documents that is news."""
    from pyspark.sql import functions as F

    told = found.survivors.withColumnRenamed("entity_id", "document_id").select("document_id", "survivor_id")
    there = pile.arrived.select("entity_id").join(pile.survivors, on="entity_id", how="inner")
    before = there.select(F.col("entity_id").alias("document_id"), F.col("survivor_id").alias("was")).localCheckpoint()
    if before.isEmpty():
        return _wrote(run, told, refresh=())
    differs = ~F.col("was").eqNullSafe(F.col("survivor_id"))
    written = _wrote(run, told.join(before, on="document_id", how="left").where(differs).drop("was"), REFRESHED)
    free = before.join(told, on="document_id", how="left_anti")
    deleted = delete_keys(run.lakehouse, DUPLICATES, free, run.run_id)
    if deleted:
        run.settle(DUPLICATES, deleted)
    return written + deleted


def _wrote(run: StepRun, survivors: DataFrame, refresh: Sequence[str]) -> int:
    written = run.append(DUPLICATES, survivors, refresh=refresh)
    run.take(written.rows)
    return written.rows


def _write_signatures(run: StepRun, found: Decided, rests: DataFrame | None, name: str, is_again: bool) -> None:
    """Of every document that arrived, under the digest of the text that it will have."""
    from pyspark.sql import functions as F

    rows = found.signatures
    if rests is not None:
        digests = rests.select("entity_id", F.col("text_digest").alias("digest"))
        rows = rows.join(digests, on="entity_id", how="left").withColumn(
            "text_digest", F.coalesce("digest", "text_digest")
        )
    signed = rows.select("entity_id", F.lit(name).alias("scheme"), *SIGNED)
    run.take(run.append("signatures", signed, refresh=SIGNED if is_again else ()).rows)


def _paragraphs(
    pile: Pile, found: Decided, texts: DataFrame, settings: DuplicatesSettings
) -> tuple[tuple[int, int], DataFrame | None]:
    """How many paragraphs, and characters, are shared; and what is left of documents where they are removed."""
    from pyspark.sql import functions as F

    if settings.paragraphs == "keep":
        return (0, 0), None
    gone = found.survivors.select("entity_id")
    new = pile.arrived.withColumn("is_new", F.lit(True)).join(gone, on="entity_id", how="left_anti")
    columns = ["entity_id", "is_new", *ORDER]
    standing = new.select(*columns)
    if pile.known is not None:
        known = pile.known.where("survivor_id IS NULL").withColumn("is_new", F.lit(False))
        standing = standing.unionByName(known.select(*columns))
    kept = standing.join(texts, on="entity_id", how="inner")
    shared = shared_paragraphs(kept, settings).localCheckpoint()
    counted = shared.agg(F.count("*"), F.coalesce(F.sum("characters"), F.lit(0))).first()
    assert counted is not None
    rests = shortened(texts.select("entity_id", "text"), shared).localCheckpoint()
    return (int(counted[0]), int(counted[1])), rests if settings.paragraphs == "remove" and counted[0] else None
