"""Plain likelihood: what supervised tuning and tuning on best answers minimise."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def surprises(log_probabilities: Tensor) -> Tensor:
    """For each answer, minus the sum of its tokens' log-probabilities; what pads a row is zero.

    Whoever divides the sum over answers by the number of all their tokens has the mean over tokens.
    """
    return -log_probabilities.sum(dim=1)
