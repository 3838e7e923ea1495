"""The engine in this process: any causal model that transformers can load, on a processor or an accelerator."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pipelines.engines.chat import prompt_tokens
from pipelines.engines.drawing import Drawing, Room, Row, Wanted
from pipelines.engines.likelihood import log_probabilities
from pipelines.engines.protocol import Answer, Ask, OutOfMemory, Refusal, Reply, Sampling, Told

if TYPE_CHECKING:
    from pipelines.models.loading import Loaded

logger = logging.getLogger(__name__)
T = TypeVar("T")


class TransformersEngine:
    """Draws from one model; when memory runs out it makes do with half the room, for good."""

    name = "transformers"

    def __init__(self, loaded: Loaded, room: Room) -> None:
        self.model, self.tokenizer, self.model_digest = loaded.model, loaded.tokenizer, loaded.digest
        self.context = int(self.model.config.max_position_embeddings)
        self.ends = _ends(self.model, self.tokenizer)
        self.room = room

    def answer(self, asks: Sequence[Ask]) -> list[Reply]:
        """A reply to each ask; asks that are drawn alike are drawn together."""
        tokens = [prompt_tokens(self.tokenizer, ask.messages) for ask in asks]
        replies: dict[int, Reply] = {}
        alike: dict[Sampling, list[Wanted]] = {}
        for place, (ask, read) in enumerate(zip(asks, tokens, strict=True)):
            refusal = self._too_long(read, ask.sampling)
            if refusal:
                replies[place] = refusal
            else:
                alike.setdefault(ask.sampling, []).append(Wanted(place, read, ask.seeds))
        for sampling, wanted in alike.items():
            replies |= self._within_memory(lambda s=sampling, w=wanted: self._drawn(s, w))  # type: ignore[misc]
        return [replies[place] for place in range(len(asks))]

    def log_probabilities(self, told: Sequence[Told]) -> list[list[float | None]]:
        """In forward passes over whole conversations, each prompt read once for all of its answers."""
        return self._within_memory(
            lambda: log_probabilities(self.model, self.tokenizer, told, self.room.tokens, self.context)
        )

    def close(self) -> None:
        self.model = None

    def _drawn(self, sampling: Sampling, wanted: Sequence[Wanted]) -> dict[int, Reply]:
        import torch

        found: dict[int, dict[int, Answer]] = {}
        lengths = {one.place: len(one.tokens) for one in wanted}
        drawing = Drawing(self.model, self.ends, sampling, self._stops(sampling), self.room)
        with torch.inference_mode():
            for row in drawing.draw(wanted):
                found.setdefault(row.place, {})[row.sample] = self._answer(row, lengths[row.place], sampling)
        return {place: [answers[sample] for sample in sorted(answers)] for place, answers in found.items()}

    def _answer(self, row: Row, prompt_length: int, sampling: Sampling) -> Answer:
        text = self.tokenizer.decode(row.tokens, skip_special_tokens=True)
        for stop in sampling.stop:
            text = text.partition(stop)[0]
        finish: Any = row.finish
        return Answer(text.strip(), finish, prompt_length, len(row.tokens), row.log_probability)

    def _too_long(self, tokens: list[int], sampling: Sampling) -> Refusal | None:
        room = self.context - sampling.max_tokens
        if len(tokens) <= room:
            return None
        return Refusal(
            "too_long_for_model",
            f"Expected at most {room} tokens, for the model sees {self.context} and {sampling.max_tokens} are kept for "
            f"the answer; the prompt as this strategy puts it has {len(tokens)}.",
        )

    def _stops(self, sampling: Sampling) -> Callable[[list[int]], bool]:
        """Whether the words so far hold a stop; only the tail is decoded, for a stop is a few tokens long."""
        if not sampling.stop:
            return lambda tokens: False
        tail = 2 + max(len(stop) for stop in sampling.stop)
        return lambda tokens: any(stop in self.tokenizer.decode(tokens[-tail:]) for stop in sampling.stop)

    def _within_memory(self, work: Callable[[], T]) -> T:
        while True:
            try:
                return work()
            except (MemoryError, RuntimeError) as problem:
                if not _is_out_of_memory(problem):
                    raise
                self._shrink(problem)

    def _shrink(self, problem: BaseException) -> None:
        import torch

        if self.room.rows == 1:
            raise OutOfMemory(
                "a single row does not fit into memory. Give each actor more, or take a smaller model."
            ) from problem
        self.room = Room(self.room.rows // 2, max(1, self.room.tokens // 2))
        logger.warning("out of memory: going on with %s rows and %s tokens", self.room.rows, self.room.tokens)
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def _is_out_of_memory(problem: BaseException) -> bool:
    """CUDA has a class for it; a processor's allocator only words."""
    if isinstance(problem, MemoryError) or type(problem).__name__ == "OutOfMemoryError":
        return True
    return "not enough memory" in str(problem) or "can't allocate memory" in str(problem)


def _ends(model: Any, tokenizer: Any) -> frozenset[int]:
    """Every token that ends an answer, by the tokenizer and by the model's own generation settings."""
    named = model.generation_config.eos_token_id
    listed = named if isinstance(named, list) else [named]
    return frozenset(token for token in [*listed, tokenizer.eos_token_id] if token is not None)
