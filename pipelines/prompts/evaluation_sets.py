"""Evaluation sets as they lie in JSON Lines files: the prompts that models are measured on, and must not learn."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.prompts.normal import normal_text


class EvaluationSetError(ValueError):
    """An evaluation set cannot be read, so nothing may be selected beside it."""


def evaluation_prompts(paths: Sequence[str]) -> list[str]:
    """The last question of each line of each file, in its normal form."""
    return [prompt for path in paths for prompt in _prompts_in(Path(path))]


def _prompts_in(path: Path) -> list[str]:
    if not path.is_file():
        raise EvaluationSetError(
            f"expected the evaluation set {path}, and it is not there. Correct selection.evaluation_sets, or take it "
            "out of there if models are no longer measured on it."
        )
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    found = [_prompt(path, number, line) for number, line in lines if line.strip()]
    if not found:
        raise EvaluationSetError(f"expected prompts in the evaluation set {path}, and it is empty.")
    return found


def _prompt(path: Path, number: int, line: str) -> str:
    try:
        row = json.loads(line)
    except json.JSONDecodeError:
        row = None
    question = _question(row) if isinstance(row, dict) else None
    if not question:
        raise EvaluationSetError(
            f"expected a JSON object with text under `prompt`, or with `messages` of which one is the user's, in "
            f"{path}, line {number}. Mend the line: what is not read cannot be kept out of the training data."
        )
    return question


def _question(row: dict[str, Any]) -> str | None:
    if isinstance(row.get("prompt"), str):
        return normal_text(row["prompt"])
    messages = row.get("messages")
    asked = [
        message["content"]
        for message in (messages if isinstance(messages, list) else [])
        if isinstance(message, dict) and message.get("role") == "user" and isinstance(message.get("content"), str)
    ]
    return normal_text(asked[-1]) if asked else None
