"""The step that scores documents: every kept one that the classifier has not seen yet, a column of Arrow at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from conf import QualitySettings
from lakehouse.ensure import ensure
from lakehouse.frames import held
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.read import read
from lakehouse.rim import step_run
from pipelines.arrow_columns import with_arrays
from pipelines.documents.kept import KEPT_BY, kept_documents, staying_documents
from pipelines.documents.quality.classifier import Classifier, classifier_digest, load_classifier, load_measured
from pipelines.documents.quality.cut import KIND, NoClassifier, classifier_folder, threshold
from pipelines.policies.newest import newest_policy

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

STEP = "documents.quality.score"


@dataclass(frozen=True)
class Scored:
    """What a run of the step came to."""

    policy_id: str
    scored: int
    """Documents that had no score by this classifier."""
    kept: int
    """All documents that stay, by the cut point of the settings."""
    below: int
    """Those that only their quality keeps out."""
    threshold: float


def score_quality(
    lakehouse: Lakehouse, settings: QualitySettings, provenance: Provenance, policy_id: str | None = None
) -> Scored:
    """Score what the newest classifier, or the one that is named, has not scored; nothing is scored twice."""
    ensure(lakehouse, *KEPT_BY)
    row = newest_policy(lakehouse, KIND, policy_id)
    if row is None:
        raise NoClassifier(
            f"expected {f'the classifier {policy_id}' if policy_id else 'a quality classifier'}, and there is none. "
            "Train one: `lakewheel documents quality train --positive NAME`."
        )
    folder, name = classifier_folder(lakehouse, row), row["policy_id"]
    least = threshold(settings.cut, load_measured(folder))
    with step_run(lakehouse, STEP, provenance, asked={"policy_id": name}) as run:
        waiting = unscored(staying_documents(*map(run.read, KEPT_BY)), name)
        with held(with_quality(waiting, folder, row["model_digest"], name)) as scored:
            rows = scored.count()
            run.is_idle = not rows
            if rows:
                run.take(rows)
                run.change("documents", scored)
    return _told(lakehouse, name, rows, least)


def unscored(staying: DataFrame, policy_id: str) -> DataFrame:
    """Those of the documents that have no score by this classifier."""
    from pyspark.sql import functions as F

    return staying.where(~F.col("scored_with").eqNullSafe(policy_id))


def with_quality(documents: DataFrame, folder: Path, digest: str, policy_id: str) -> DataFrame:
    """document_id of each, and its score by a classifier."""
    from pyspark.sql import functions as F

    work = partial(_scores, folder=str(folder), digest=digest)
    scored = with_arrays(documents, {"quality": "double"}, work, reads=["text"], keeps=["document_id"])
    return scored.withColumn("scored_with", F.lit(policy_id))


def _scores(texts: pyarrow.Array, folder: str, digest: str) -> tuple[pyarrow.Array]:
    import pyarrow

    return (pyarrow.array(_loaded(folder, digest).scores(texts), pyarrow.float64()),)


@cache
def _loaded(folder: str, digest: str) -> Classifier:
    """Once a process; a classifier that is not the one that was measured scores nothing."""
    found = classifier_digest(Path(folder))
    if found != digest:
        raise NoClassifier(
            f"the classifier in {folder} has changed since it was made: expected the digest {digest[:12]}, it has "
            f"{found[:12]}. Bring its files back, or train it again."
        )
    return load_classifier(Path(folder))


def _told(lakehouse: Lakehouse, policy_id: str, rows: int, least: float) -> Scored:
    staying = staying_documents(*(read(lakehouse, name).frame for name in KEPT_BY))
    kept, every = kept_documents(staying, least).count(), staying.count()
    return Scored(policy_id, rows, kept, every - kept, least)
