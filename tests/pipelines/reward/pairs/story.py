"""A few prompts, and what was rated, liked, known and drawn, from which pairs can be derived and counted by eye."""

from __future__ import annotations

from typing import Any

from lakehouse.place import Lakehouse
from lakehouse.write import append_missing
from pipelines.prompts.normal import prompt_id_of_text
from tests.lakehouse.rows import RATING, frame
from tests.pipelines.generate.story import PROMPT

GOLD = "the otter carries two children and a dog"
REQUEST = {"source": "openai", "source_file": "x", "source_line": 1, "extra": {}, "run_id": "run"}
CANDIDATE = {
    "policy_id": "base",
    "strategy": "bare",
    "strategy_digest": "s",
    "sample_index": 0,
    "round": 1,
    "finish_reason": "stop",
    "prompt_tokens": 1,
    "answer_tokens": 1,
    "seed": 1,
    "engine": "echo",
    "model_digest": "m",
    "run_id": "run",
}
HUMAN = {"workload": "facts", "tie": False, "origin": "human", "run_id": "run"}


def add(lakehouse: Lakehouse, table: str, *rows: dict[str, Any]) -> None:
    append_missing(lakehouse, table, frame(lakehouse, table, list(rows)))


def asked(text: str, **changes: Any) -> dict[str, Any]:
    """A prompt of one message."""
    messages = [{"role": "user", "content": text}]
    return PROMPT | {"prompt_id": prompt_id_of_text(text), "messages": messages} | changes


def logged(name: str, text: str, response: str, feedback: str | None) -> dict[str, Any]:
    messages = [{"role": "user", "content": text}]
    return REQUEST | {"request_id": name, "messages": messages, "response": response, "feedback": feedback}


def rated(name: str, prompt: str, answer: str, rating: float, gold: bool | None = None) -> dict[str, Any]:
    return RATING | {"rating_id": name, "prompt": prompt, "answer": answer, "rating": rating, "gold": gold}


def drawn(name: str, prompt: str, answer: str) -> dict[str, Any]:
    return CANDIDATE | {"candidate_id": name, "prompt_id": prompt_id_of_text(prompt), "answer": answer}


def compared(name: str, prompt: str, chosen: str, rejected: str, **changes: Any) -> dict[str, Any]:
    pair = {"preference_id": name, "prompt": prompt, "chosen": chosen, "rejected": rejected}
    return HUMAN | pair | {"prompt_id": prompt_id_of_text(prompt)} | changes
