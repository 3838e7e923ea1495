"""A reward model in MLflow: what it is, in words made of measured facts, and the model itself under its name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from conf import RewardSettings, TrackingSettings
from lakehouse.home import Home
from lakehouse.tracked import Tracked, fluent
from pipelines.reward.scoring import SETTINGS
from pipelines.training.job import Outcome

REGISTERED = "lakewheel-reward"
ALIAS = "current"


def card(settings: RewardSettings, row: dict[str, Any], pairs: dict[str, int], outcomes: Sequence[Outcome]) -> str:
    """What a person should know before trusting it."""
    accuracies = [one.holdout["holdout_accuracy"] for one in outcomes if one.holdout]
    measured = (
        f"Each of them puts the better answer first in {_listed(accuracies)} of {pairs['holdout']} held-out pairs."
        if accuracies
        else "No pairs were held out, so nothing is known of how good it is."
    )
    passed_over = sum(len(one.bad_steps) for one in outcomes)
    return f"""# {row["name"]}

Scores an answer to a prompt; a higher number is better. Only differences between answers to one prompt mean anything.

- Base: {settings.base}, licence {row["licence"] or "unknown"}
- Learned from {pairs["train"]} pairs (set {row["example_set_id"]}) by Bradley and Terry's loss, round {row["round"]}
- {len(outcomes)} members from different seeds, {sum(one.steps for one in outcomes)} steps and
  {sum(one.tokens for one in outcomes)} tokens, {sum(one.seconds for one in outcomes):.0f} seconds;
  {passed_over} steps with batches that were passed over
- {pairs["cut"]} tokens did not fit into {settings.most_tokens} and were left out from middles

## Measured

{measured} Held-out pairs come from the same sources as those that it learned from. Pair accuracy alone deceives:
`lakewheel reward report` compares it with picking the longer answer and says what choosing by it gains.

## Not known

How it judges kinds of work that no pair was about, languages that the base does not read, and answers that were
written to please it.
"""


def register(
    logged: Tracked,
    tracking: TrackingSettings,
    home: Home,
    settings: RewardSettings,
    row: dict[str, Any],
    pairs: dict[str, int],
    outcomes: Sequence[Outcome],
    name: str = REGISTERED,
) -> None:
    """Log card and model with the run, and name the version in the registry."""
    import mlflow
    import pandas
    from mlflow.models import infer_signature

    example = pandas.DataFrame({"prompt": ["How heavy is it?"], "answer": ["2 kg."]})
    scored = pandas.DataFrame({"reward": [0.5], "uncertainty": [0.1]})
    members = home.models / row["location"]
    (members / SETTINGS).write_text(json.dumps(settings.model_dump(mode="json")))
    logged.client.log_text(logged.run_id, card(settings, row, pairs, outcomes), "card.md")
    with fluent(logged, tracking, home), TemporaryDirectory() as folder:
        code = Path(folder) / "served.py"
        code.write_text((Path(__file__).parent / "served.py").read_text())
        found = mlflow.pyfunc.log_model(
            name="reward",
            python_model=str(code),
            artifacts={"members": str(members)},
            signature=infer_signature(example, scored),
            input_example=example,
            pip_requirements=["lakewheel[train]"],
            registered_model_name=name,
        )
        # the run's own client knows the tracking store alone; versions may be elsewhere
        mlflow.MlflowClient().set_registered_model_alias(name, ALIAS, found.registered_model_version)


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.3f}" for value in values)
