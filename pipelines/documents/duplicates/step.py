"""The step documents.deduplicate: of documents that are the same or nearly so one is kept, and the others name it.

Survivors are written first, signatures after them: what has a signature is decided, so a run that died is made again
over the same documents and comes to the same end. Nothing in it depends on the order of rows, partitions or tasks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conf.duplicates import DuplicatesSettings
from lakehouse.asking import quickest_asker
from lakehouse.change import delete_keys
from lakehouse.ensure import ensure
from lakehouse.faults import fault_point
from lakehouse.last_run import last_run
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import StepRun, step_run
from lakehouse.write import Written
from pipelines.documents.duplicates.batch import decided_batch
from pipelines.documents.duplicates.decide import Decided, decided
from pipelines.documents.duplicates.newcomers import newcomers
from pipelines.documents.duplicates.paragraphs import shared_paragraphs, shortened
from pipelines.documents.duplicates.pile import ORDER, Pile, Stored, piled, texts_of
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
    ensure(lakehouse, TABLE, DUPLICATES, "signatures")
    name = scheme(settings)
    last = last_run(quickest_asker(lakehouse), STEP) or {}
    anew = again or (last.get("asked") or {}).get("scheme") != name
    with step_run(lakehouse, STEP, provenance, asked={"scheme": name}) as run:
        stored = _stored(run, None if anew else name)
        if not anew and dict(last["inputs"]).get(TABLE) == run.inputs[TABLE]:
            return _nothing(run)
        done = None if anew or settings.paragraphs != "keep" else _batch(run, stored, settings)
        return done or _pile(run, stored, settings, anew)


def _stored(run: StepRun, name: str | None) -> Stored:
    """What is there; of signatures those under a scheme, or none."""
    from pyspark.sql import functions as F

    return Stored(
        texts_of(run.read(TABLE)),
        run.read(DUPLICATES).selectExpr("document_id AS entity_id", "survivor_id"),
        run.read("signatures").where(F.col("scheme") == name if name else F.lit(False)),
    )


def _batch(run: StepRun, stored: Stored, settings: DuplicatesSettings) -> Deduplicated | None:
    """The usual night: documents came, and that is all; None where more is to be looked at."""
    new = newcomers(run, TABLE)
    if new is None:
        return None
    if not new.rows.num_rows:
        return _nothing(run)
    found = decided_batch(run, new, stored, settings)
    if found is None:
        return None
    changed = _taken(run, run.append(DUPLICATES, _as_documents(found.survivors), are_absent=True))
    fault_point("deduplicate.survivors_written")
    _write_signatures(run, found, None, settings, is_again=False)
    return Deduplicated(new.rows.num_rows, found.exact, found.near, changed)


def _pile(run: StepRun, stored: Stored, settings: DuplicatesSettings, anew: bool) -> Deduplicated:
    """Whatever happened to the documents."""
    pile = piled(stored)
    arrived = pile.arrived.count()
    if not arrived:
        return _nothing(run)
    found = decided(pile, stored.texts, settings)
    changed = _write_survivors(run, pile, found)
    fault_point("deduplicate.survivors_written")
    shared, rests = _paragraphs(pile, found, stored.texts, settings)
    _write_signatures(run, found, rests, settings, is_again=anew or pile.was_signed)
    if rests is not None:
        run.take(run.change(TABLE, rests.withColumnRenamed("entity_id", "document_id")).rows)
    return Deduplicated(arrived, found.exact, found.near, changed, *shared)


def _nothing(run: StepRun) -> Deduplicated:
    run.is_idle = True
    return Deduplicated(0, 0, 0, 0)


def _as_documents(survivors: DataFrame) -> DataFrame:
    return survivors.selectExpr("entity_id AS document_id", "survivor_id")


def _write_survivors(run: StepRun, pile: Pile, found: Decided) -> int:
    """The duplicates among what arrived, each with its survivor; for how many documents that is news."""
    from pyspark.sql import functions as F

    told = _as_documents(found.survivors)
    there = pile.arrived.select("entity_id").join(pile.survivors, on="entity_id", how="inner")
    before = there.select(F.col("entity_id").alias("document_id"), F.col("survivor_id").alias("was")).localCheckpoint()
    if before.isEmpty():
        return _taken(run, run.append(DUPLICATES, told, are_absent=True))
    differs = ~F.col("was").eqNullSafe(F.col("survivor_id"))
    news = told.join(before, on="document_id", how="left").where(differs).drop("was")
    written = _taken(run, run.append(DUPLICATES, news, refresh=REFRESHED))
    free = before.join(told, on="document_id", how="left_anti")
    deleted = delete_keys(run.lakehouse, DUPLICATES, free, run.run_id)
    if deleted:
        run.settle(DUPLICATES, deleted)
    return written + deleted


def _taken(run: StepRun, written: Written) -> int:
    run.take(written.rows)
    return written.rows


def _write_signatures(
    run: StepRun, found: Decided, rests: DataFrame | None, settings: DuplicatesSettings, is_again: bool
) -> None:
    """Of every document that arrived, under the digest of the text that it will have."""
    from pyspark.sql import functions as F

    rows = found.signatures
    if rests is not None:
        digests = rests.select("entity_id", F.col("text_digest").alias("digest"))
        rows = rows.join(digests, on="entity_id", how="left").withColumn(
            "text_digest", F.coalesce("digest", "text_digest")
        )
    signed = rows.select("entity_id", F.lit(scheme(settings)).alias("scheme"), *SIGNED)
    refresh = SIGNED if is_again else ()
    run.take(run.append("signatures", signed, refresh=refresh, are_absent=not is_again).rows)


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
        stay = pile.known.join(pile.survivors, on="entity_id", how="left_anti")
        known = stay.withColumn("is_new", F.lit(False))
        standing = standing.unionByName(known.select(*columns))
    kept = standing.join(texts.select("entity_id", "text"), on="entity_id", how="inner")
    shared = shared_paragraphs(kept, settings).localCheckpoint()
    counted = shared.agg(F.count("*"), F.coalesce(F.sum("characters"), F.lit(0))).first()
    assert counted is not None
    rests = shortened(texts.select("entity_id", "text"), shared).localCheckpoint()
    return (int(counted[0]), int(counted[1])), rests if settings.paragraphs == "remove" and counted[0] else None
