"""A figure as a row of the table evaluations."""

from __future__ import annotations

from typing import Any

from lakehouse.identity import identity
from pipelines.statistics.estimate import Figure


def figure_row(
    figure: Figure, policy_id: str, rival_policy_id: str | None, round: int, suite: str, suite_digest: str
) -> dict[str, Any]:
    """What was found of a policy, or of it against a rival, over many prompts; the run is not in it yet."""
    return {
        "evaluation_id": identity(
            policy_id, suite, suite_digest, figure.metric, figure.slice, rival_policy_id or "", "every prompt"
        ),
        "policy_id": policy_id,
        "rival_policy_id": rival_policy_id,
        "round": round,
        "suite": suite,
        "suite_digest": suite_digest,
        "metric": figure.metric,
        "slice": figure.slice,
        "prompt_id": None,
        "answer": None,
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "prompts": figure.prompts,
        "note": figure.note,
    }
