"""A quality classifier as MLflow serves it: texts in, scores out.

MLflow keeps the text of this file instead of a pickle, so lakewheel[spark] must be installed where it is loaded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mlflow
from mlflow.pyfunc.model import PythonModel

from lakehouse.served import FILES
from pipelines.documents.quality.classifier import load_classifier


class Served(PythonModel):
    """Loads the classifier once, and scores rows of `text`."""

    def load_context(self, context: Any) -> None:
        self.classifier = load_classifier(Path(context.artifacts[FILES]))

    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]  # MLflow reads type hints
        import pandas
        import pyarrow

        texts = pyarrow.array(model_input["text"].tolist(), pyarrow.string())
        return pandas.DataFrame({"quality": self.classifier.scores(texts)})


mlflow.models.set_model(Served())
