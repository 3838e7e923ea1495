"""Reading a verdict: from likelihoods, which cannot be malformed, or strictly from what was written."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.engines.protocol import Answer
from pipelines.score.judges.judge import HIGHEST, LOWEST

CODE_FENCE = re.compile(r"\A```(?:json)?\s*\n(.*)\n```\Z", re.DOTALL)
LONGEST_REASON = 500


class Malformed(ValueError):
    """A verdict that is none, in words that quote nothing of it."""


@dataclass(frozen=True)
class Verdict:
    """What a judge wrote, and why."""

    value: Any
    reason: str


def expectation(log_probabilities: Sequence[float | None]) -> float:
    """The mean of the ratings, each as likely as the model finds it; Malformed where the model could not tell."""
    return sum(rating * share for rating, share in enumerate(shares(log_probabilities), LOWEST))


def shares(log_probabilities: Sequence[float | None]) -> list[float]:
    """How likely each verdict is among the verdicts."""
    told = [one for one in log_probabilities if one is not None and math.isfinite(one)]
    if not told or len(told) != len(log_probabilities):
        raise Malformed("The model gave no likelihood: perhaps the material is longer than what it can see.")
    weights = [math.exp(one - max(told)) for one in told]
    return [weight / sum(weights) for weight in weights]


def written_rating(answer: Answer, mark: str) -> Verdict:
    """A whole number of the scale in one JSON object that bears the mark of this very material."""
    verdict = _written(answer, mark, "rating")
    if type(verdict.value) is not int or not LOWEST <= verdict.value <= HIGHEST:
        raise Malformed(f"Expected a whole number from {LOWEST} to {HIGHEST} under `rating`.")
    return verdict


def written_choice(answer: Answer, mark: str) -> Verdict:
    """A or B, likewise."""
    verdict = _written(answer, mark, "better")
    if verdict.value not in ("A", "B"):
        raise Malformed('Expected "A" or "B" under `better`.')
    return verdict


def _written(answer: Answer, mark: str, name: str) -> Verdict:
    if answer.finish_reason != "stop":
        raise Malformed(f"The verdict was cut ({answer.finish_reason}); a larger max_tokens leaves it more room.")
    text = answer.text.strip()
    inside = CODE_FENCE.match(text)
    try:
        said = json.loads(inside[1] if inside else text, object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        raise Malformed("Expected one JSON object and nothing else.") from None
    if not isinstance(said, dict) or set(said) != {"id", "reason", name}:
        raise Malformed(f"Expected an object with id, reason and {name}, and nothing else.")
    if said["id"] != mark:
        raise Malformed("The verdict bears another id than the material.")
    if not isinstance(said["reason"], str):
        raise Malformed("Expected a sentence under `reason`.")
    return Verdict(said[name], said["reason"][:LONGEST_REASON])


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)
