"""Picking the next token of every row: greedy, or by one number between 0 and 1 from within the nucleus."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

FIRST_LOOK = 64


def pick(logits: torch.Tensor, chances: torch.Tensor, temperature: float, top_p: float) -> torch.Tensor:
    """One token for each row of logits; a row's choice depends on its own logits and chance alone."""
    if temperature == 0.0:
        return logits.argmax(dim=-1)
    scaled = logits.float() / temperature
    total = scaled.logsumexp(dim=-1, keepdim=True)
    if top_p >= 1.0:
        return _inverse((scaled - total).exp(), chances)
    return _from_nucleus(scaled, total, chances, top_p)


def log_probability_of(logits: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """The log-probability of each row's token under the model itself, whatever the temperature."""
    wide = logits.float()
    return wide.gather(-1, tokens[:, None])[:, 0] - wide.logsumexp(dim=-1)


def _from_nucleus(scaled: torch.Tensor, total: torch.Tensor, chances: torch.Tensor, top_p: float) -> torch.Tensor:
    """The nucleus is nearly always a few tokens, so a short look suffices; rows that need more are sorted whole."""
    import torch

    values, tokens = scaled.topk(min(FIRST_LOOK, scaled.shape[-1]), dim=-1)
    probabilities = (values - total).exp()
    short = probabilities.sum(dim=-1) < top_p
    picked = tokens.gather(-1, _within(probabilities, chances, top_p)[:, None])[:, 0]
    if bool(short.any()):
        rows = short.nonzero()[:, 0]
        values, tokens = scaled[rows].sort(dim=-1, descending=True)
        place = _within((values - total[rows]).exp(), chances[rows], top_p)
        picked = torch.index_put(picked, (rows,), tokens.gather(-1, place[:, None])[:, 0])
    return picked


def _within(probabilities: torch.Tensor, chances: torch.Tensor, top_p: float) -> torch.Tensor:
    """The place in descending probabilities, among the fewest that reach top_p together."""
    before = probabilities.cumsum(dim=-1) - probabilities
    return _inverse(probabilities * (before < top_p), chances)


def _inverse(weights: torch.Tensor, chances: torch.Tensor) -> torch.Tensor:
    """The first place at which the running share exceeds the chance."""
    running = weights.double().cumsum(dim=-1)
    aim = chances.double()[:, None] * running[:, -1:]
    place = (running <= aim).sum(dim=-1)
    return place.clamp(max=weights.shape[-1] - 1)
