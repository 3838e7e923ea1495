"""Learning from single answers that are good or bad, each against where the network began."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def single_losses(rewards: Tensor, good: Tensor, good_weight: float, bad_weight: float) -> Tensor:
    """For each answer weight * sigmoid(-reward) where it is good, and weight * sigmoid(reward) where it is bad.

    This is Kahneman-Tversky optimisation with its reference point at zero (TRL names it apo_zero_unpaired): the
    original estimates that point from mismatched pairs of the batch, and a loss that depends on how batches are cut
    would differ with the number of ranks.
    """
    import torch

    return torch.where(good, good_weight * torch.sigmoid(-rewards), bad_weight * torch.sigmoid(rewards))
