"""A reward model in MLflow: what it is, in words made of measured facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from conf import RewardSettings
from pipelines.training.job import Outcome


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


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.3f}" for value in values)
