"""A batch of answers as tensors, and what a network says of their tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.training.task import Example

if TYPE_CHECKING:
    from torch import Tensor, device

Read = tuple[Sequence[int], int]
"""Tokens, prompt and answer, and the first position of the answer."""


def chosen_read(example: Example) -> Read:
    """The answer of an example, or the better one of its two."""
    return example["tokens"], example["answer_start"]


def rejected_read(example: Example) -> Read:
    """The worse answer of a pair."""
    return example["rejected_tokens"], example["rejected_start"]


def answer_length(read: Read) -> int:
    """How many tokens the answer has, its end included."""
    tokens, start = read
    return len(tokens) - start


@dataclass(frozen=True)
class Answers:
    """One row an answer, padded on the right: the tokens' log-probabilities, and which places hold a token."""

    log_probabilities: Tensor
    """Zero where a row is padded."""
    is_token: Tensor

    def lists(self) -> list[list[float]]:
        """The log-probabilities of each answer, without padding."""
        lengths = self.is_token.sum(dim=1).tolist()
        return [row[:length] for row, length in zip(self.log_probabilities.tolist(), lengths, strict=True)]


def answers_under(network: Any, reads: Sequence[Read], where: device) -> Answers:
    """What a network, an AnswerNetwork or DeepSpeed's engine around one, says of answers.

    Rows are padded on the right, where no token of an answer sees the padding, so no mask is needed.
    """
    import torch

    lengths = [answer_length(read) for read in reads]
    longest = max(len(tokens) for tokens, _ in reads)
    tokens = torch.zeros((len(reads), longest), dtype=torch.long)
    foretells = torch.zeros_like(tokens, dtype=torch.bool)
    for row, (said, start) in enumerate(reads):
        tokens[row, : len(said)] = torch.tensor(said)
        foretells[row, start - 1 : len(said) - 1] = True
    targets = torch.tensor([token for said, start in reads for token in said[start:]], dtype=torch.long)
    scores = network(
        tokens=tokens.to(where),
        positions=torch.arange(longest, device=where).expand(len(reads), -1),
        foretells=foretells.to(where),
        targets=targets.to(where),
    )
    is_token = (torch.arange(max(lengths))[None] < torch.tensor(lengths)[:, None]).to(where)
    laid = scores.new_zeros(is_token.shape).masked_scatter(is_token, scores)
    return Answers(laid, is_token)


def padded(lists: Sequence[Sequence[float]], like: Answers) -> Tensor:
    """Numbers for the tokens of each answer as a tensor of the same shape."""
    import torch

    flat = torch.tensor([value for values in lists for value in values]).to(like.log_probabilities)
    return torch.zeros_like(like.log_probabilities).masked_scatter(like.is_token, flat)
