"""Reading what a chat server answers; a server may send anything, so every field is checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from conf import UrlSettings
from pipelines.engines.protocol import Answer, FinishReason

FINISH: dict[str, FinishReason] = {"stop": "stop", "length": "length", "content_filter": "content"}


class Nonsense(ValueError):
    """An answer that is no chat completion; what was missing, without what came."""


def answer_in(reply: Any, settings: UrlSettings) -> Answer:
    """The answer in a chat completion, with what it cost."""
    choice = _first(_part(reply, "choices", list))
    text = _part(_part(choice, "message", dict), "content", str)
    usage = _part(reply, "usage", dict)
    read, written = _part(usage, "prompt_tokens", int), _part(usage, "completion_tokens", int)
    if read < 0 or written < 0:
        raise Nonsense("negative token counts")
    money = read * settings.price_per_million_prompt_tokens + written * settings.price_per_million_answer_tokens
    finish = FINISH.get(str(choice.get("finish_reason")), "stop")
    return Answer(text.strip(), finish, read, written, _log_probability(choice), money / 1e6)


def _part(of: Any, name: str, kind: type) -> Any:
    value = of.get(name) if isinstance(of, Mapping) else None
    if not isinstance(value, kind) or isinstance(value, bool):
        raise Nonsense(f"no {kind.__name__} under `{name}`")
    return value


def _first(choices: list[Any]) -> Mapping[str, Any]:
    if not choices or not isinstance(choices[0], Mapping):
        raise Nonsense("no choice")
    return choices[0]


def _log_probability(choice: Mapping[str, Any]) -> float | None:
    """The sum over the answer's tokens, where the server tells all of them as numbers."""
    told = choice.get("logprobs")
    tokens = told.get("content") if isinstance(told, Mapping) else None
    if not isinstance(tokens, list) or not tokens:
        return None
    values = [token.get("logprob") if isinstance(token, Mapping) else None for token in tokens]
    numbers = [float(value) for value in values if isinstance(value, (int, float)) and math.isfinite(value)]
    return sum(numbers) if len(numbers) == len(tokens) else None
