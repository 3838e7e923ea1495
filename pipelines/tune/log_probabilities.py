"""How likely the tokens of answers are: the vocabulary is looked at in pieces, and not at all for prompts.

A network's last layer is by far its widest: 1,000 positions of a vocabulary of 150,000 take 600 MB, and as much again
for the way back. Here at most `most_logits` positions are held at once, and calculated a second time on the way back
where there are more. This module needs torch, and is imported where a network is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn.functional import linear

if TYPE_CHECKING:
    from torch import Tensor

MOST_LOGITS = 1024


class AnswerNetwork(nn.Module):
    """A causal network, with adapters or without, whose forward pass gives log-probabilities of answers' tokens.

    It is what DeepSpeed wraps, so that gathering of sharded weights happens in calls that DeepSpeed sees: the body is
    called as a module, and so is the head.
    """

    def __init__(self, network: Any, most_logits: int = MOST_LOGITS) -> None:
        super().__init__()
        self.network = network
        self.most_logits = most_logits
        self.has_plain_head = _has_plain_head(self.causal)
        if self.has_plain_head:
            _let_score(self.causal.get_output_embeddings())

    @property
    def causal(self) -> Any:
        """The causal network itself, below any adapters' wrapper; adapters live in its layers."""
        return self.network.get_base_model() if hasattr(self.network, "get_base_model") else self.network

    def forward(self, tokens: Tensor, positions: Tensor, foretells: Tensor, targets: Tensor) -> Tensor:
        """The log-probability of each target, where `foretells` marks the positions just before them, row by row."""
        causal, asked = self.causal, {"input_ids": tokens, "position_ids": positions, "use_cache": False}
        if self.has_plain_head:
            states = causal.base_model(**asked).last_hidden_state[foretells]
            scores: Tensor = causal.get_output_embeddings()(states, targets, self.most_logits)
            return scores
        logits = causal(**asked, logits_to_keep=foretells).logits.reshape(len(targets), -1).float()
        return logits.log_softmax(dim=-1).gather(1, targets.unsqueeze(1)).squeeze(1)


def _has_plain_head(causal: Any) -> bool:
    """Whether logits are nothing but the head's product with the body's states: some networks scale or cap them."""
    causal_was_training = causal.training
    probe = torch.arange(4).unsqueeze(0)
    head = causal.get_output_embeddings()
    with torch.no_grad():
        causal.eval()
        states = causal.base_model(input_ids=probe, use_cache=False).last_hidden_state
        is_plain = isinstance(head, nn.Linear) and states.shape[-1] == head.in_features
        found = is_plain and torch.allclose(head(states), causal(input_ids=probe, use_cache=False).logits, rtol=1e-4)
        causal.train(causal_was_training)
    return bool(found)


def _let_score(head: Any) -> None:
    """Teach a head to give log-probabilities where it is told targets, as the same module with the same weights."""
    plain = head.forward

    def forward(states: Tensor, targets: Tensor | None = None, most_logits: int = MOST_LOGITS) -> Tensor:
        if targets is None:
            logits: Tensor = plain(states)
            return logits
        scores: Tensor = _Scores.apply(states, head.weight, head.bias, targets, most_logits)
        return scores

    head.forward = forward


class _Scores(torch.autograd.Function):
    """log softmax(states @ weight + bias) at the targets, a piece of the positions at a time."""

    @staticmethod
    def forward(
        context: Any, states: Tensor, weight: Tensor, bias: Tensor | None, targets: Tensor, most_logits: int
    ) -> Tensor:
        kind = states.device.type
        numbers = torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else states.dtype
        rounded = weight.to(numbers)
        pieces = _pieces(len(targets), most_logits)
        scores, sums = [], []
        for piece in pieces:
            logits = _logits(states[piece], rounded, bias)
            sums.append(logits.logsumexp(dim=1))
            scores.append(logits.gather(1, targets[piece].unsqueeze(1)).squeeze(1) - sums[-1])
        context.numbers, context.pieces = numbers, pieces
        context.logits = logits if len(pieces) == 1 and any(context.needs_input_grad) else None
        context.save_for_backward(states, weight, bias, targets, torch.cat(sums))
        return torch.cat(scores)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> Any:
        """The gradient of a log-probability by its logits is one at the target, less the probabilities."""
        (gradient,) = gradients
        states, weight, bias, targets, sums = context.saved_tensors
        for_states, for_weight, for_bias = context.needs_input_grad[:3]
        state_gradient = torch.empty_like(states) if for_states else None
        weight_gradient = torch.zeros_like(weight) if for_weight else None
        bias_gradient = torch.zeros_like(bias) if for_bias else None
        rounded = weight.to(context.numbers)
        for piece in context.pieces:
            logits = _logits(states[piece], rounded, bias) if context.logits is None else context.logits
            pulls = (logits - sums[piece].unsqueeze(1)).exp_().mul_(-gradient[piece].unsqueeze(1))
            pulls.scatter_add_(1, targets[piece].unsqueeze(1), gradient[piece].unsqueeze(1))
            short = pulls.to(context.numbers)
            if state_gradient is not None:
                state_gradient[piece] = (short @ rounded).to(states.dtype)
            if weight_gradient is not None:
                weight_gradient += (short.t() @ states[piece].to(context.numbers)).to(weight.dtype)
            if bias_gradient is not None:
                bias_gradient += pulls.sum(dim=0).to(bias.dtype)
        return state_gradient, weight_gradient, bias_gradient, None, None


def _logits(states: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Multiplied in the numbers of the forward pass, and then exact enough for a softmax."""
    return linear(states.to(weight.dtype), weight, None if bias is None else bias.to(weight.dtype)).float()


def _pieces(count: int, most: int) -> list[slice]:
    """At least one, so that no answer at all is an empty result and not an error."""
    return [slice(start, start + most) for start in range(0, max(count, 1), most)]
