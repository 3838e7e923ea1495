"""From named good documents to scores in the table: trained once, scored once, and served as it was measured."""

from __future__ import annotations

from pathlib import Path

import pandas
import pytest

from conf import load_settings
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.read import current_version, read
from lakehouse.tracking import tracking_uri
from pipelines.documents.kept import KEPT_BY, kept_documents, staying_documents
from pipelines.documents.quality.cut import NoClassifier, least_quality
from pipelines.documents.quality.material import NoPositives, Positives, positives_of
from pipelines.documents.quality.score import score_quality
from pipelines.documents.quality.train import TooFewDocuments, train_quality
from tests.lakehouse.rows import stored
from tests.pipelines.documents.quality.test_learn import texts
from tests.pipelines.documents.rows import add_documents

SETTINGS = load_settings("test", ["quality.features=4096", "quality.cut.by=percentile", "quality.cut.at=0.9"]).settings


def test_who_is_good_has_to_be_said(tmp_path: Path) -> None:
    file = tmp_path / "cited.txt"
    file.write_text("a.md\n\n b.md \na.md\n")
    assert positives_of(["wiki"], file) == Positives(("wiki",), ("a.md", "b.md"))
    with pytest.raises(NoPositives, match="--positive-list"):
        positives_of([], None)
    with pytest.raises(NoPositives, match="there is none. Check the path"):
        positives_of([], tmp_path / "missing.txt")


@pytest.mark.slow
def test_a_classifier_is_trained_once_scores_each_document_once_and_says_who_stays(
    lakehouse: Lakehouse, provenance: Provenance
) -> None:
    import mlflow
    from mlflow.tracking import MlflowClient

    shown, kinds = texts(120, 1)
    named = {f"{number:032x}": text for number, text in enumerate(shown)}
    good = [name for name, kind in zip(named, kinds, strict=True) if kind]
    add_documents(lakehouse, {name: named[name] for name in good[:50]}, "wiki")
    add_documents(lakehouse, {name: text for name, text in named.items() if name not in good[:50]}, "web")
    add_documents(lakehouse, {"dropped": "theorem"}, "wiki", dropped_by="gopher")
    with pytest.raises(NoClassifier, match="documents quality train"):
        score_quality(lakehouse, SETTINGS.quality, provenance)
    assert least_quality(lakehouse, SETTINGS.quality) is None
    positives = Positives(("wiki",), tuple(f"{name}.md" for name in good[50:]))
    with pytest.raises(TooFewDocuments, match="good documents and as many of the rest"):
        train_quality(lakehouse, SETTINGS.quality, SETTINGS.tracking, Positives(("nobody",)), provenance)

    trained = train_quality(lakehouse, SETTINGS.quality, SETTINGS.tracking, positives, provenance)
    assert (trained.good + trained.rest + trained.held_out, trained.is_new) == (120, True)
    assert trained.average_precision > 0.95
    again = train_quality(lakehouse, SETTINGS.quality, SETTINGS.tracking, positives, provenance)
    assert (again.policy_id, again.threshold, again.is_new) == (trained.policy_id, trained.threshold, False)
    [policy] = read(lakehouse, "policies").frame.collect()
    assert (policy.kind, policy.method, policy.policy_id) == ("classifier", "quality", trained.policy_id)

    scored = score_quality(lakehouse, SETTINGS.quality, provenance)
    assert (scored.scored, scored.kept + scored.below, scored.threshold) == (120, 120, trained.threshold)
    assert least_quality(lakehouse, SETTINGS.quality) == trained.threshold
    staying = staying_documents(*(read(lakehouse, name).frame for name in KEPT_BY))
    kept = {row.document_id for row in kept_documents(staying, trained.threshold).collect()}
    assert len(kept) == scored.kept and len(kept & set(good)) > 0.9 * len(good) > len(kept - set(good))
    version = current_version(lakehouse, "documents")
    assert score_quality(lakehouse, SETTINGS.quality, provenance).scored == 0
    assert current_version(lakehouse, "documents") == version
    add_documents(lakehouse, {"new": "theorem enzyme orbit"}, "web")
    assert score_quality(lakehouse, SETTINGS.quality, provenance).scored == 1
    told = {row.document_id: row.quality for row in read(lakehouse, "documents").frame.collect()}
    assert told["dropped"] is None and told["new"] > 0.5
    assert set(stored(lakehouse, "runs", "status")) == {"done", "failed"}

    before = mlflow.get_tracking_uri(), mlflow.get_registry_uri()
    address = tracking_uri(SETTINGS.tracking, lakehouse.place.home)
    mlflow.set_tracking_uri(address)
    mlflow.set_registry_uri(address)
    try:
        files = {one.path for one in MlflowClient().list_artifacts(policy.tracking_run_id)}
        assert {"card.md", "curve.png"} <= files
        served = mlflow.pyfunc.load_model("models:/lakewheel-quality@current")
        found = served.predict(pandas.DataFrame({"text": ["theorem enzyme orbit"]}))
        assert float(found["quality"][0]) == pytest.approx(told["new"])
    finally:
        mlflow.set_tracking_uri(before[0])
        mlflow.set_registry_uri(before[1])
