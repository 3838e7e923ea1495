"""The step documents.clean: documents not yet cleaned under the present settings are, and the funnel is drawn anew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from conf import TrackingSettings, fingerprint
from conf.cleaning import CleaningSettings
from lakehouse.asking import spark_asker
from lakehouse.ensure import ensure
from lakehouse.faults import fault_point
from lakehouse.frames import frame_of
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.read import read
from lakehouse.rim import StepRun, step_run
from lakehouse.tables import table_named
from lakehouse.tracked import tracked
from pipelines.documents.cleaning.clean import cleaned
from pipelines.documents.cleaning.funnel import Funnel, funnel_of
from pipelines.documents.cleaning.funnel_picture import funnel_picture
from pipelines.documents.cleaning.word_lists import Lists, word_lists
from pipelines.languages import DETECTOR

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

STEP = "documents.clean"
TABLE = "documents"
RULES = 1
"""Raised whenever the same settings would clean otherwise, so that every document is cleaned again."""
REFRESHED = (
    "text",
    "text_as_taken",
    "text_digest",
    "characters",
    "language",
    "measures",
    "dropped_by",
    "cleaned_with",
)


@dataclass(frozen=True)
class Cleaned:
    """What a run of the step came to."""

    documents: int
    """Documents that were cleaned now."""
    dropped: int
    """Those of them that a rule drops."""
    shortened: int
    """Those of the rest that lost lines."""
    known: int
    """Documents that were cleaned before, under the same settings."""
    tracking_run_id: str | None = None


def clean_documents(
    lakehouse: Lakehouse, settings: CleaningSettings, tracking: TrackingSettings, provenance: Provenance
) -> Cleaned:
    """Clean what is not cleaned yet under these settings; where nothing is, nothing is written."""
    lists = word_lists(settings)
    ensure(lakehouse, TABLE)
    with step_run(lakehouse, STEP, provenance) as run:
        documents = run.read(TABLE)
        stale = documents.where(f"NOT (cleaned_with <=> '{cleaned_with(settings, lists)}')")
        waiting = stale.count()
        known = documents.count() - waiting
        if not waiting:
            run.is_idle = True
            return Cleaned(0, 0, 0, known)
        run.take(waiting)
        return _cleaned(run, stale, settings, lists, tracking, known)


def cleaned_with(settings: CleaningSettings, lists: Lists) -> str:
    """What decides how a document is cleaned: settings, listed words, the detector, and these rules."""
    from importlib.metadata import version

    listed = {name: sorted(map(list, entries)) for name, entries in lists.items()}
    return fingerprint([RULES, settings.model_dump(mode="json", exclude={"word_lists"}), listed, version(DETECTOR)])


def _cleaned(
    run: StepRun,
    stale: DataFrame,
    settings: CleaningSettings,
    lists: Lists,
    tracking: TrackingSettings,
    known: int,
) -> Cleaned:
    present = cleaned_with(settings, lists)
    fault_point("clean.before_merge")
    run.change(TABLE, cleaned(stale, settings, lists, present).select("document_id", *REFRESHED))
    fault_point("clean.after_merge")
    dropped, shortened = _came_to(run, stale)
    funnel = funnel_of(spark_asker(run.lakehouse))
    rows = funnel.rows
    run.append("funnels", frame_of(run.lakehouse.spark, table_named("funnels"), rows), counts=False)
    said = {"cleaned_with": present, "documents": str(run.rows_in)}
    return Cleaned(run.rows_in, dropped, shortened, known, _told(run, tracking, funnel, said))


def _came_to(run: StepRun, stale: DataFrame) -> tuple[int, int]:
    """Read from the table that was written, for what was cleaned is not computed twice."""
    from pyspark.sql import functions as F

    now = read(run.lakehouse, TABLE).frame.join(stale.select("document_id"), on="document_id", how="left_semi")
    counts = now.agg(F.count("dropped_by").alias("dropped"), F.count("text_as_taken").alias("shortened")).first()
    assert counts is not None
    return int(counts["dropped"]), int(counts["shortened"])


def _told(run: StepRun, tracking: TrackingSettings, funnel: Funnel, said: dict[str, str]) -> str:
    """The funnel in MLflow, as figures and as a picture."""
    tags = {"lakewheel.step": run.step, "lakewheel.run_id": run.run_id}
    with tracked(tracking, run.lakehouse.place.home, "documents clean", tags, said) as logged:
        logged.metrics(funnel.metrics, 0)
        with TemporaryDirectory() as folder:
            picture = Path(folder) / "funnel.png"
            picture.write_bytes(funnel_picture(funnel))
            logged.client.log_artifact(logged.run_id, str(picture), "funnel")
    return logged.run_id
