"""A reward model as MLflow serves it: prompts and answers in, rewards and how uncertain they are out.

MLflow keeps the text of this file instead of a pickle, so lakewheel[train] must be installed where it is loaded.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mlflow
from mlflow.pyfunc.model import PythonModel

from conf import RewardSettings
from lakehouse.served import FILES
from pipelines.reward.scoring import SETTINGS, RewardModel, score_of


class Served(PythonModel):
    """Loads the ensemble once, and scores rows of `prompt` and `answer`."""

    def load_context(self, context: Any) -> None:
        folder = Path(context.artifacts[FILES])
        settings = RewardSettings.model_validate(json.loads((folder / SETTINGS).read_text()))
        self.model = RewardModel.load(sorted(folder.glob("member-*")), settings)

    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]  # MLflow reads type hints
        import pandas

        pairs = zip(model_input["prompt"], model_input["answer"], strict=True)
        each = self.model.each([([{"role": "user", "content": prompt}], answer) for prompt, answer in pairs])
        scores = [score_of(values) for values in each]
        return pandas.DataFrame(
            {"reward": [one.value for one in scores], "uncertainty": [one.uncertainty for one in scores]}
        )


mlflow.models.set_model(Served())
