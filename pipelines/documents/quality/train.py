"""The step that trains the quality classifier: chosen documents in, a policy and its curve in MLflow out."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from conf import QualitySettings, TrackingSettings, fingerprint
from lakehouse.ensure import ensure
from lakehouse.frames import frame_of, held
from lakehouse.identity import identity
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.read import read
from lakehouse.rim import StepRun, step_run
from lakehouse.served import Served, register
from lakehouse.tables import table_named
from lakehouse.tracked import tracked
from pipelines.documents.kept import KEPT_BY, staying_documents
from pipelines.documents.quality.card import Facts, show
from pipelines.documents.quality.classifier import Classifier, Measured, load_measured, save_classifier
from pipelines.documents.quality.cut import KIND, reachable
from pipelines.documents.quality.learn import learned, measured
from pipelines.documents.quality.material import Positives, material_of

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

STEP = "documents.quality.train"
METHOD = "quality"


class TooFewDocuments(ValueError):
    """There are not enough good documents, or not enough of the rest."""


@dataclass(frozen=True)
class Trained:
    """What a run of the step came to."""

    policy_id: str
    good: int
    """Good documents that it learned from."""
    rest: int
    held_out: int
    average_precision: float
    area: float
    threshold: float | None
    """The score from which a document is kept, by the settings of now; None where no score is good enough."""
    is_new: bool


def train_quality(
    lakehouse: Lakehouse,
    settings: QualitySettings,
    tracking: TrackingSettings,
    positives: Positives,
    provenance: Provenance,
) -> Trained:
    """A classifier for these good documents; where it was trained on them already, that one is told again."""
    with step_run(lakehouse, STEP, provenance, asked={"positives": positives.digest}) as run:
        ensure(lakehouse, *KEPT_BY)
        with held(material_of(staying_documents(*map(run.read, KEPT_BY)), positives, settings)) as material:
            policy_id = _policy_id(material, settings)
            known = _known(lakehouse, policy_id)
            shown = material.toArrow().sort_by("document_id")
        counts = _checked(shown, settings)
        told = Trained(policy_id, **counts, average_precision=0.0, area=0.0, threshold=None, is_new=known is None)
        if known is not None:
            run.is_idle = True
            return _with_figures(told, load_measured(known), settings)
        return _with_figures(told, _made(run, settings, tracking, positives, told, shown), settings)


def _policy_id(material: DataFrame, settings: QualitySettings) -> str:
    """What it learns from, and every setting but the cut point, which comes after."""
    from pyspark.sql import functions as F

    said = F.concat_ws(":", "document_id", "is_good", "split", F.sha2("text", 256))
    row = material.agg(F.sha2(F.concat_ws("\n", F.array_sort(F.collect_list(said))), 256).alias("digest")).first()
    assert row is not None
    return identity(KIND, METHOD, row["digest"], fingerprint(settings.model_dump(mode="json", exclude={"cut"})))


def _known(lakehouse: Lakehouse, policy_id: str) -> Path | None:
    folder = lakehouse.place.home.models / KIND / policy_id
    if not lakehouse.exists("policies") or not folder.is_dir():
        return None
    return folder if read(lakehouse, "policies").frame.where(f"policy_id = '{policy_id}'").count() else None


def _checked(shown: pyarrow.Table, settings: QualitySettings) -> dict[str, int]:
    """How many there are of each kind; refuses to learn from too few."""
    rows = list(zip(shown["is_good"].to_pylist(), shown["split"].to_pylist(), strict=True))
    counts = {
        "good": rows.count((True, "train")),
        "rest": rows.count((False, "train")),
        "held_out": rows.count((True, "holdout")) + rows.count((False, "holdout")),
    }
    both_held_out = min(rows.count((True, "holdout")), rows.count((False, "holdout")))
    if not min(counts["good"], counts["rest"]) >= settings.least_documents or not both_held_out:
        raise TooFewDocuments(
            f"expected at least {settings.least_documents} good documents and as many of the rest to learn from, and "
            f"one of each held out; there are {counts['good']} and {counts['rest']}, and the kind with fewer has "
            f"{both_held_out} held out. Take in more (`lakewheel documents take`), name more with --positive, or "
            "lower quality.least_documents."
        )
    return counts


def _made(
    run: StepRun,
    settings: QualitySettings,
    tracking: TrackingSettings,
    positives: Positives,
    told: Trained,
    shown: pyarrow.Table,
) -> Measured:
    """Learn, measure, keep, log and record."""
    home, name = run.lakehouse.place.home, f"quality-{told.policy_id[:8]}"
    tags = {"lakewheel.step": STEP, "lakewheel.run_id": run.run_id}
    said = {"policy_id": told.policy_id, "sources": ", ".join(positives.sources), "named": str(len(positives.named))}
    run.take(1)
    with tracked(tracking, home, name, tags, said) as logged, TemporaryDirectory() as workshop:
        logged.datasets(run.inputs)
        classifier, found = _learned(shown, settings)
        digest = save_classifier(Path(workshop), classifier, found)
        folder = _kept(Path(workshop), home.models / KIND / told.policy_id)
        row = {
            "policy_id": told.policy_id,
            "kind": KIND,
            "name": name,
            "round": 0,
            "method": METHOD,
            "model_digest": digest,
            "location": str(folder.relative_to(home.models)),
            "tracking_run_id": logged.run_id,
        }
        show(logged, Facts(row, settings, positives, told.good, told.rest, found))
        register(logged, tracking, home, run.lakehouse.settings, _served(folder))
    run.append("policies", frame_of(run.lakehouse.spark, table_named("policies"), [row]))
    return found


def _learned(shown: pyarrow.Table, settings: QualitySettings) -> tuple[Classifier, Measured]:
    """From what trains, and measured on what is held out."""
    import pyarrow.compute

    trains = pyarrow.compute.equal(shown["split"], "train")
    train, holdout = shown.filter(trains), shown.filter(pyarrow.compute.invert(trains))
    classifier = learned(train["text"].combine_chunks(), train["is_good"].to_pylist(), settings)
    scores = classifier.scores(holdout["text"].combine_chunks())
    return classifier, measured(scores, holdout["is_good"].to_pylist())


def _served(folder: Path) -> Served:
    code = Path(__file__).parent / "served.py"
    return Served("quality", code, folder, "lakewheel[spark]", {"text": "The Otter is a tea urn."}, {"quality": 0.5})


def _kept(made: Path, kept: Path) -> Path:
    """The files where they stay; an earlier copy that broke off is replaced."""
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(made, kept)
    return kept


def _with_figures(told: Trained, found: Measured, settings: QualitySettings) -> Trained:
    return replace(
        told,
        average_precision=found.average_precision,
        area=found.area,
        threshold=reachable(settings.cut, found),
    )
