"""How far a network has moved from where it began, seen on tokens that were drawn before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def token_drifts(current: Tensor, reference: Tensor) -> Tensor:
    """Schulman's third estimate of the divergence for each token: e^d - d - 1 with d = reference - current.

    It is never negative, and zero where nothing has moved. It is the divergence from the reference only in so far as
    the current network would draw these tokens.
    """
    distance = reference - current
    drifts: Tensor = distance.exp() - distance - 1
    return drifts


def token_distances(current: Tensor, reference: Tensor) -> Tensor:
    """Schulman's second estimate for each token, d^2 / 2: it stays readable where tokens have become very unlikely.

    The third is the better one on tokens that the network would draw, and on others its exponential says nothing.
    """
    return (reference - current).square() / 2


def implied_rewards(current: Tensor, reference: Tensor, beta: float) -> Tensor:
    """For each answer beta * log(current / reference), summed over its tokens; what pads a row is zero in both."""
    return beta * (current - reference).sum(dim=1)
