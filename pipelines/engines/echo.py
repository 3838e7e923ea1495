"""The engine without a model: it repeats the question, for dry runs and for tests of everything around an engine.

A prompt that holds the poison mark ends the process, as a prompt that exhausts the memory would, if that is armed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from pipelines.engines.chance import uniforms
from pipelines.engines.protocol import Answer, Ask, Refusal, Reply, Told

POISON = "LAKEWHEEL-POISON"
POISON_VARIABLE = "LAKEWHEEL_POISON"


class EchoEngine:
    """Answers with words of the question; greedy repeats it, sampling takes a part that the seed decides."""

    name = "echo"
    model_digest = "echo"

    def __init__(self, context: int = 4096) -> None:
        self.context = context

    def answer(self, asks: Sequence[Ask]) -> list[Reply]:
        """Words count as tokens."""
        return [self._reply(ask) for ask in asks]

    def log_probabilities(self, told: Sequence[Told]) -> list[list[float | None]]:
        """One nat a word."""
        return [[-float(len(answer.text.split())) for answer in one.answers] for one in told]

    def close(self) -> None:
        """There is nothing to give back."""

    def _reply(self, ask: Ask) -> Reply:
        words = ask.messages[-1]["content"].split()
        if POISON in words and POISON_VARIABLE in os.environ:
            os._exit(1)
        if len(words) > self.context:
            detail = f"Expected at most {self.context} words, got {len(words)}."
            return Refusal("too_long_for_model", detail)
        read = sum(len(message["content"].split()) for message in ask.messages)
        return [self._answer(ask, words, seed, read) for seed in ask.seeds]

    def _answer(self, ask: Ask, words: list[str], seed: int, read: int) -> Answer:
        start = 0 if ask.sampling.temperature == 0 else int(uniforms([seed], [0])[0] * len(words))
        said = words[start:][: ask.sampling.max_tokens]
        finish = "stop" if len(words) - start <= ask.sampling.max_tokens else "length"
        return Answer(" ".join(said), finish, read, len(said), -float(len(said)))  # type: ignore[arg-type]
