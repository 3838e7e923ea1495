"""An engine that follows every order outside the fences and none inside; and one that answers as a test says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from conf import EngineSettings, load_settings
from pipelines.engines.protocol import Answer, Ask, Reply, Sampling, Told
from pipelines.score.judges.judge import Judge, Reading

FENCED = re.compile(
    r"<<<(?P<name>conversation|answer(?: [AB])?) (?P<mark>[0-9a-f]{16})>>>\n(?P<inside>.*?)"
    r"\n<<<end of (?P=name) (?P=mark)>>>",
    re.DOTALL,
)
TURN = re.compile(r"<\|im_(?:start|end)\|>|\[/?INST\]|<\|eot_id\|>|<(?:start|end)_of_turn>|</s>")
OURS = re.compile(r"Rate the answer from 1.*|Reply with (?:the|one) .*|Say which .*")
SURE, UNSURE = -0.01, -9.0


def judge(reading: Reading = "likelihood", **changes: Any) -> Judge:
    told = {"name": "j", "rubric": "Good answers are right.", "kind": "absolute", "reading": reading}
    return Judge(**(told | {"sampling": Sampling(0.0, 1.0, 100)} | changes))


def question(text: str = "Which is the capital of France?") -> tuple[dict[str, str], ...]:
    return ({"role": "user", "content": text},)


class Scripted:
    """Rates what stands inside the fences with a function, unless anything outside of them tells it a number."""

    name = model_digest = "scripted"

    def __init__(self, rate: Callable[[str], int]) -> None:
        self.rate = rate
        self.seen: list[tuple[dict[str, str], ...]] = []

    def rating(self, messages: Sequence[dict[str, str]]) -> int:
        """What is outside is what is left when fenced text is gone; a turn that begins inside ends its message."""
        text = TURN.split(messages[-1]["content"])
        if len(text) > 1:
            return 5
        outside = OURS.sub("", FENCED.sub("", text[0])).replace("1 (useless)", "")
        ordered = re.findall(r"\b[1-5]\b", outside)
        inside = {found["name"]: found["inside"] for found in FENCED.finditer(text[0])}
        return int(ordered[0]) if ordered or "answer" not in inside else self.rate(inside["answer"])

    def log_probabilities(self, told: Sequence[Told]) -> list[list[float | None]]:
        self.seen += [one.messages for one in told]
        ratings = [str(self.rating(one.messages)) for one in told]
        return [
            [SURE if answer.text == rating else UNSURE for answer in one.answers]
            for one, rating in zip(told, ratings, strict=True)
        ]

    def answer(self, asks: Sequence[Ask]) -> list[Reply]:
        return [[Answer(self._written(ask), "stop", 1, 1)] for ask in asks]

    def _written(self, ask: Ask) -> str:
        mark = FENCED.search(ask.messages[-1]["content"])
        return json.dumps({"id": mark and mark["mark"], "reason": "so", "rating": self.rating(ask.messages)})

    def close(self) -> None:
        """There is nothing to give back."""


def url_engine(address: str, **changes: Any) -> EngineSettings:
    """The section of a judge that runs behind a URL, with little patience."""
    url = {
        "address": address,
        "model": "judge",
        "key_secret": None,
        "most_in_flight": 4,
        "answer_timeout_seconds": 0.3,
        "patience_seconds": 1.0,
        "price_per_million_prompt_tokens": 1.0,
        "price_per_million_answer_tokens": 1.0,
        "most_money": None,
    }
    engine = load_settings("test").settings.engine.model_dump()
    return EngineSettings.model_validate(engine | {"kind": "url", "url": url | changes})
