"""Direct preference optimisation: the better answer gains on the worse one, measured from where both began."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def pair_losses(chosen_rewards: Tensor, rejected_rewards: Tensor, label_smoothing: float) -> Tensor:
    """For each pair -(1 - s) log sigmoid(margin) - s log sigmoid(-margin), with margin = chosen - rejected reward.

    The rewards are implied ones, beta * log(current / reference). The smoothing s is how often the order is taken to
    be wrong; without it this is the plain sigmoid loss.
    """
    from torch.nn.functional import logsigmoid

    margins = chosen_rewards - rejected_rewards
    return -(1 - label_smoothing) * logsigmoid(margins) - label_smoothing * logsigmoid(-margins)


def mean_surprises(log_probabilities: Tensor, tokens: Tensor) -> Tensor:
    """For each answer, minus the mean of its tokens' log-probabilities: what is added to keep good answers likely.

    The mean is taken within each answer and not over a batch, so that it does not matter how batches are cut.
    """
    return -log_probabilities.sum(dim=1) / tokens.clamp(min=1)
