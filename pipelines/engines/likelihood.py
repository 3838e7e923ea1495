"""How likely answers are under a model: each prompt is read once, with all of its answers behind it side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.engines.attention import PackedPass
from pipelines.engines.chat import answer_tokens, prompt_tokens
from pipelines.engines.picking import log_probability_of
from pipelines.engines.protocol import Told

if TYPE_CHECKING:
    import torch

MOST_LOGITS = 1024
"""Positions whose logits are held at once; each is as wide as the vocabulary."""


@dataclass(frozen=True)
class Branching:
    """A prompt and its answers as tokens; the answers stand side by side, none sees another."""

    prompt: list[int]
    answers: list[list[int]]

    @property
    def tokens(self) -> list[int]:
        return [*self.prompt, *(token for answer in self.answers for token in answer)]

    @property
    def positions(self) -> list[int]:
        start = len(self.prompt)
        return [*range(start), *(start + place for answer in self.answers for place in range(len(answer)))]

    @property
    def before(self) -> list[int]:
        """For each token of an answer, the place of the token that foretells it."""
        places: list[int] = []
        start = len(self.prompt)
        for answer in self.answers:
            places += [len(self.prompt) - 1, *range(start, start + len(answer) - 1)]
            start += len(answer)
        return places

    def mask(self, device: torch.device) -> torch.Tensor:
        import torch

        sizes = [len(self.prompt), *map(len, self.answers)]
        branch = torch.repeat_interleave(torch.arange(len(sizes)), torch.tensor(sizes)).to(device)
        seen = (branch[None] == branch[:, None]) | (branch[None] == 0)
        return seen.tril()


def log_probabilities(
    model: Any, tokenizer: Any, told: Sequence[Told], most_tokens: int, context: int
) -> list[list[float | None]]:
    """The summed log-probability of each answer; null for one that is empty or that the model cannot see whole."""
    import torch

    found: list[list[float | None]] = [[None] * len(one.answers) for one in told]
    read: list[tuple[int, list[int], Branching]] = []
    for place, one in enumerate(told):
        prompt = prompt_tokens(tokenizer, one.messages)
        answers = [answer_tokens(tokenizer, one.messages, answer) for answer in one.answers]
        fit = [number for number, answer in enumerate(answers) if answer and len(prompt) + len(answer) <= context]
        read += [
            (place, part, Branching(prompt, [answers[number] for number in part])) for part in _parts(fit, answers)
        ]
    with torch.inference_mode():
        for batch in _batches(read, most_tokens):
            sums = iter(_sums(model, [branching for _, _, branching in batch]))
            for place, numbers, _ in batch:
                for number in numbers:
                    found[place][number] = next(sums)
    return found


def _parts(numbers: list[int], answers: list[list[int]]) -> Iterator[list[int]]:
    """Answers to one prompt in as few passes as the logits allow."""
    part: list[int] = []
    for number in numbers:
        if part and sum(len(answers[n]) for n in [*part, number]) > MOST_LOGITS:
            yield part
            part = []
        part.append(number)
    if part:
        yield part


def _batches(
    read: list[tuple[int, list[int], Branching]], most_tokens: int
) -> Iterator[list[tuple[int, list[int], Branching]]]:
    batch: list[tuple[int, list[int], Branching]] = []
    for one in read:
        tokens = sum(len(other.tokens) for _, _, other in [*batch, one])
        logits = sum(len(other.before) for _, _, other in [*batch, one])
        if batch and (tokens > most_tokens or logits > MOST_LOGITS):
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


def _sums(model: Any, branchings: list[Branching]) -> list[float]:
    import torch

    device = model.device
    packed = PackedPass([len(one.tokens) for one in branchings], masks=[one.mask(device) for one in branchings])
    starts = torch.tensor([0, *packed.lengths]).cumsum(0).tolist()
    foretelling = [start + place for start, one in zip(starts, branchings, strict=False) for place in one.before]
    logits = model(
        input_ids=torch.tensor([[token for one in branchings for token in one.tokens]], device=device),
        position_ids=torch.tensor([[place for one in branchings for place in one.positions]], device=device),
        past_key_values=packed,
        use_cache=True,
        logits_to_keep=torch.tensor(foretelling, device=device),
    ).logits[0]
    answers = [answer for one in branchings for answer in one.answers]
    tokens = torch.tensor([token for answer in answers for token in answer], device=device)
    return [float(part.sum()) for part in log_probability_of(logits, tokens).double().split([len(a) for a in answers])]
