"""Drawing answers from a model: prompts enter as room allows, all rows step together, and finished rows leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.engines.attention import PackedPass
from pipelines.engines.chance import uniforms
from pipelines.engines.memory import RowMemory
from pipelines.engines.picking import log_probability_of, pick
from pipelines.engines.protocol import Sampling

if TYPE_CHECKING:
    import torch

SHORTEST_SHARED = 16
LEAVE_SHARE = 0.0625
"""Finished rows idle until they are this share of all: leaving costs a copy of what the others remember."""


@dataclass(frozen=True)
class Room:
    """How much is drawn at once: rows, and tokens that are remembered for them."""

    rows: int
    tokens: int


@dataclass(frozen=True)
class Wanted:
    """One tokenised prompt and the seeds of its samples; the place is its number in the batch."""

    place: int
    tokens: list[int]
    seeds: tuple[int, ...]


@dataclass
class Row:
    """One sample while it is drawn, and when it is done."""

    place: int
    sample: int
    seed: int
    position: int
    tokens: list[int] = field(default_factory=list)
    log_probability: float = 0.0
    finish: str = ""


class Drawing:
    """One batch of prompts that are drawn in the same way."""

    def __init__(self, model: Any, ends: frozenset[int], sampling: Sampling, stops: Any, room: Room) -> None:
        self.model, self.ends, self.sampling, self.stops, self.room = model, ends, sampling, stops, room
        self.rows: list[Row] = []

    def draw(self, wanted: Sequence[Wanted]) -> Iterator[Row]:
        """Every sample of every prompt, in the order in which they are done."""
        shared_length = _alike(wanted)
        self.shared = self._read_shared(wanted, shared_length)
        self.memory = RowMemory(self.shared.layers if self.shared else [])
        waiting = sorted(wanted, key=lambda one: (-len(one.tokens), one.place))
        while waiting or self.rows:
            entering = self._entering(waiting, shared_length)
            if entering:
                del waiting[: len(entering)]
                yield from self._enter(entering, shared_length)
            elif self.rows:
                yield from self._step()

    def _entering(self, waiting: list[Wanted], shared_length: int) -> list[Wanted]:
        """As many of the next prompts as there is room for, once enough rows have left to make reading worth while."""
        if not waiting or (self.rows and len(self.rows) > self.room.rows * (1 - 2 * LEAVE_SHARE)):
            return []
        rows, tokens = len(self.rows), self._remembered(shared_length)
        entering: list[Wanted] = []
        for one in waiting:
            rows += len(one.seeds)
            tokens += len(one.tokens) - shared_length + len(one.seeds) * self.sampling.max_tokens
            if (rows > self.room.rows or tokens > self.room.tokens) and (entering or self.rows):
                break
            entering.append(one)
        return entering

    def _remembered(self, shared_length: int) -> int:
        of_prompts = int(self.memory.prompt_lengths.sum()) if self.rows else 0
        return shared_length + of_prompts + len(self.rows) * self.sampling.max_tokens

    def _enter(self, entering: list[Wanted], shared_length: int) -> Iterator[Row]:
        """Read the prompts, packed end to end, and draw the first token of each of their samples."""
        import torch

        texts = [one.tokens[shared_length:] for one in entering]
        packed = PackedPass([len(text) for text in texts], self.memory.shared)
        positions = [place for text in texts for place in range(shared_length, shared_length + len(text))]
        lasts = torch.tensor(packed.lengths).cumsum(0) - 1
        logits = self._forward([token for text in texts for token in text], positions, packed, lasts)
        samples = [len(one.seeds) for one in entering]
        fresh = [
            Row(one.place, sample, seed, len(one.tokens)) for one in entering for sample, seed in enumerate(one.seeds)
        ]
        self._write(fresh, logits.repeat_interleave(torch.tensor(samples, device=logits.device), 0))
        self.memory.enter(packed, samples)
        self.rows += fresh
        yield from self._leave()

    def _step(self) -> Iterator[Row]:
        """One more token in every row."""
        self.memory.begin_step()
        tokens, positions = [row.tokens[-1] for row in self.rows], [row.position for row in self.rows]
        logits = self._forward(tokens, positions, self.memory, None)
        self.memory.end_step()
        for row in self.rows:
            row.position += 1
        self._write(self.rows, logits)
        yield from self._leave()

    def _forward(self, tokens: list[int], positions: list[int], memory: Any, keep: torch.Tensor | None) -> torch.Tensor:
        """The logits of the tokens that `keep` names, or of all."""
        import torch

        device = self.model.device
        asked = {"logits_to_keep": keep.to(device)} if keep is not None else {}
        return self.model(
            input_ids=torch.tensor([tokens], device=device),
            position_ids=torch.tensor([positions], device=device),
            past_key_values=memory,
            use_cache=True,
            **asked,
        ).logits[0]

    def _write(self, rows: list[Row], logits: torch.Tensor) -> None:
        """Pick a token for each row that is not done, and see whether it is done now."""
        import torch

        chances = torch.from_numpy(uniforms([row.seed for row in rows], [len(row.tokens) for row in rows]))
        picked = pick(logits, chances.to(logits.device), self.sampling.temperature, self.sampling.top_p)
        values = log_probability_of(logits, picked).tolist()
        for row, token, value in zip(rows, picked.tolist(), values, strict=True):
            if row.finish:
                continue
            row.tokens.append(token)
            row.log_probability += value
            row.finish = self._finish(row, token)

    def _finish(self, row: Row, token: int) -> str:
        if token in self.ends or self.stops(row.tokens):
            return "stop"
        return "length" if len(row.tokens) >= self.sampling.max_tokens else ""

    def _leave(self) -> Iterator[Row]:
        """Hand out what is done once it is worth a copy of the others' memory."""
        import torch

        going_on = [number for number, row in enumerate(self.rows) if not row.finish]
        done = len(self.rows) - len(going_on)
        if not done or (going_on and done < len(self.rows) * LEAVE_SHARE):
            return
        yield from (row for row in self.rows if row.finish)
        self.rows = [self.rows[number] for number in going_on]
        self.memory.keep(torch.tensor(going_on, dtype=torch.long, device=self.model.device))

    def _read_shared(self, wanted: Sequence[Wanted], length: int) -> Shared | None:
        if not length:
            return None
        packed = PackedPass([length])
        self._forward(wanted[0].tokens[:length], list(range(length)), packed, _last(length))
        return Shared([packed.of_text(0, layer) for layer in range(len(packed.keys))])


@dataclass(frozen=True)
class Shared:
    """What the shared beginning left behind, for each layer."""

    layers: list[Any]


def _last(length: int) -> torch.Tensor:
    import torch

    return torch.tensor([length - 1])


def _alike(wanted: Sequence[Wanted]) -> int:
    """How many first tokens all prompts have in common; none where it is not worth a pass of its own."""
    if len(wanted) < 2:
        return 0
    first, last = min(one.tokens for one in wanted), max(one.tokens for one in wanted)
    alike = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    alike = min(alike, min(len(one.tokens) for one in wanted) - 1)
    return alike if alike >= SHORTEST_SHARED else 0
