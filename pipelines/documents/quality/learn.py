"""Learning to tell good documents from the rest, and measuring that on documents that were never shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conf import QualitySettings
from pipelines.documents.quality.classifier import Classifier, Measured, Reading

if TYPE_CHECKING:
    import pyarrow

MOST_POINTS = 1000
"""So many points of the curve are kept."""


def learned(texts: pyarrow.Array, is_good: Any, settings: QualitySettings) -> Classifier:
    """Logistic regression on hashed words; both kinds count alike, however many there are of each."""
    import numpy
    from sklearn.linear_model import LogisticRegression

    reading = Reading(settings.features, settings.word_ngrams, settings.most_characters)
    model = LogisticRegression(C=settings.freedom, max_iter=settings.most_iterations, class_weight="balanced")
    model.fit(reading.features_of(texts), numpy.asarray(is_good))
    return Classifier(reading, model.coef_[0].astype(numpy.float32), float(model.intercept_[0]))


def measured(scores: Any, is_good: Any) -> Measured:
    """The curve of precision against recall, and where the rest stands."""
    import numpy
    from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score

    told, good = numpy.asarray(scores, numpy.float64), numpy.asarray(is_good, bool)
    precision, recall, cuts = precision_recall_curve(good, told)
    points = numpy.unique(numpy.linspace(0, len(cuts) - 1, min(MOST_POINTS, len(cuts))).round().astype(int))
    percentiles = numpy.quantile(told[~good], numpy.linspace(0, 1, 101))
    return Measured(
        good=int(good.sum()),
        rest=int((~good).sum()),
        average_precision=float(average_precision_score(good, told)),
        area=float(roc_auc_score(good, told)),
        scores=tuple(cuts[points].tolist()),
        precisions=tuple(precision[:-1][points].tolist()),
        recalls=tuple(recall[:-1][points].tolist()),
        rest_percentiles=tuple(percentiles.tolist()),
    )
