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
    """For each answer, the sum over its tokens of -min(r * A, clip(r) * A) + kl_weight * drift.

    r is current / reference for a token, clipped to 1 - clip_low and 1 + clip_high, and A is the answer's advantage.
    The reference is where the network began, and stands for the behaviour policy too. Whoever divides the sum over
    answers by the number of all their tokens has the form that TRL calls dapo, its default.
    """
    import torch

    ratios = (current - reference).exp()
    advantages = advantages.unsqueeze(1)
    gains = torch.minimum(ratios * advantages, ratios.clamp(1 - clip_low, 1 + clip_high) * advantages)
    losses = kl_weight * token_drifts(current, reference) - gains
    return losses.where(is_token, 0.0).sum(dim=1)


def clipped_counts(
    current: Tensor, reference: Tensor, is_token: Tensor, advantages: Tensor, clip_low: float, clip_high: float
) -> Tensor:
    """For each answer, how many of its tokens have moved as far as they may, and teach no more."""
    ratios = (current - reference).exp()
    advantages = advantages.unsqueeze(1)
    has_fallen = (ratios < 1 - clip_low) & (advantages < 0)
    has_risen = (ratios > 1 + clip_high) & (advantages > 0)
    return ((has_fallen | has_risen) & is_token).sum(dim=1)
