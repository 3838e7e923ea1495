"""Group-relative policy optimisation from stored draws: tokens of answers above their group's mean gain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.tune.losses.reference import token_drifts

if TYPE_CHECKING:
    from torch import Tensor


def group_losses(
    current: Tensor,
    reference: Tensor,
    is_token: Tensor,
    advantages: Tensor,
    clip_low: float,
    clip_high: float,
    kl_weight: float,
) -> Tensor:
    """For each answer, the mean over its tokens of -min(r * A, clip(r) * A) + kl_weight * drift.

    r is current / reference for a token, clipped to 1 - clip_low and 1 + clip_high, and A is the answer's advantage.
    The reference is where the network began, and stands for the behaviour policy too. The mean is over each answer
    first, the form that TRL calls grpo: over all tokens at once, a few long answers that rambled on outweigh every
    short one that was right, and nothing but rambling is unlearned.
    """
    import torch

    ratios = (current - reference).exp()
    advantages = advantages.unsqueeze(1)
    gains = torch.minimum(ratios * advantages, ratios.clamp(1 - clip_low, 1 + clip_high) * advantages)
    losses = kl_weight * token_drifts(current, reference) - gains
    return _means(losses, is_token)


def clipped_shares(
    current: Tensor, reference: Tensor, is_token: Tensor, advantages: Tensor, clip_low: float, clip_high: float
) -> Tensor:
    """For each answer, which share of its tokens has moved as far as it may, and teaches no more."""
    ratios = (current - reference).exp()
    advantages = advantages.unsqueeze(1)
    has_fallen = (ratios < 1 - clip_low) & (advantages < 0)
    has_risen = (ratios > 1 + clip_high) & (advantages > 0)
    return _means((has_fallen | has_risen).to(current), is_token)


def _means(values: Tensor, is_token: Tensor) -> Tensor:
    """Over each answer's own tokens."""
    return values.where(is_token, 0.0).sum(dim=1) / is_token.sum(dim=1)
