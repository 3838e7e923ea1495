"""From which score on a document is kept: the cut point of the settings, as a score of the newest classifier."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conf import QualitySettings
from conf.quality import CutSettings
from lakehouse.place import Lakehouse
from pipelines.documents.quality.classifier import Measured, load_measured
from pipelines.policies.newest import newest_policy

KIND = "classifier"


class CutOutOfReach(ValueError):
    """No score of the classifier gives what the settings ask for."""


class NoClassifier(LookupError):
    """There is no classifier, or its files are gone."""


def least_quality(lakehouse: Lakehouse, settings: QualitySettings) -> float | None:
    """The score that a document has to reach; None where everything is kept, or nothing was scored."""
    cut = settings.cut
    if cut.by == "score":
        return cut.at or None
    row = newest_policy(lakehouse, KIND)
    return None if row is None else threshold(cut, load_measured(classifier_folder(lakehouse, row)))


def classifier_folder(lakehouse: Lakehouse, row: dict[str, Any]) -> Path:
    """Where the files of a classifier are."""
    folder = lakehouse.place.home.models / row["location"]
    if not folder.is_dir():
        raise NoClassifier(
            f"expected the files of the classifier {row['policy_id']} at {folder}, and they are gone. Bring them back, "
            "or train it again (`lakewheel documents quality train`)."
        )
    return folder


def threshold(cut: CutSettings, measured: Measured) -> float:
    """The cut point as a score; raises where there is none."""
    found = reachable(cut, measured)
    if found is None:
        raise CutOutOfReach(
            f"expected a score from which {cut.at:g} of the documents are good, and the best that the classifier "
            f"reaches on held-out documents is {max(measured.precisions, default=0.0):.3f}. Lower quality.cut.at, or "
            "show it more good documents."
        )
    return found


def reachable(cut: CutSettings, measured: Measured) -> float | None:
    """The cut point as a score; None where no score reaches the wanted precision."""
    if cut.by == "score":
        return cut.at
    if cut.by == "percentile":
        import numpy

        places = numpy.linspace(0, 1, len(measured.rest_percentiles))
        return float(numpy.interp(cut.at, places, measured.rest_percentiles))
    precise = [score for score, share in zip(measured.scores, measured.precisions, strict=True) if share >= cut.at]
    return min(precise, default=None)
