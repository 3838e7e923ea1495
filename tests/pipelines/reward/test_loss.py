"""The loss is Bradley and Terry's as TRL computes it; ties and their gradient are derived in view."""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from pipelines.reward.loss import preference_losses

CHOSEN, REJECTED = [1.5, -0.25, 0.0, 3.0], [0.5, 0.75, 0.0, -2.0]
MARGINS = [0.0, 0.5, 1.0, 0.25]


def trls_loss(chosen: Tensor, rejected: Tensor, margins: Tensor, centring: float | None) -> Tensor:
    """TRL's own trainer on given rewards, without what it needs to train."""
    from trl import RewardTrainer

    itself: Any = SimpleNamespace(
        model=SimpleNamespace(training=False),
        args=SimpleNamespace(center_rewards_coefficient=centring),
        accelerator=SimpleNamespace(gather=lambda one: one, gather_for_metrics=lambda one: one),
        _metrics=defaultdict(lambda: defaultdict(list)),
        _total_train_tokens=0,
    )
    logits = torch.cat([chosen, rejected]).unsqueeze(-1)
    found: Tensor = RewardTrainer.compute_loss(
        itself, lambda **inputs: SimpleNamespace(logits=logits), {"margin": margins}
    )
    return found


@pytest.mark.parametrize("centring", [0.0, 0.01])
def test_values_and_gradients_are_those_of_trl(centring: float) -> None:
    gradients = []
    for compute in (
        lambda one, other, margins: preference_losses(
            one, other, margins, torch.zeros(4, dtype=torch.bool), centring
        ).mean(),
        lambda one, other, margins: trls_loss(one, other, margins, centring or None),
    ):
        chosen, rejected = (torch.tensor(values, requires_grad=True) for values in (CHOSEN, REJECTED))
        loss = compute(chosen, rejected, torch.tensor(MARGINS))
        loss.backward()
        gradients.append((loss.item(), chosen.grad, rejected.grad))
    (ours, *our_gradients), (theirs, *their_gradients) = gradients
    assert ours == pytest.approx(theirs, rel=1e-6)
    for mine, other in zip(our_gradients, their_gradients, strict=True):
        torch.testing.assert_close(mine, other)


def test_a_tie_is_least_surprising_where_both_rewards_are_equal_and_pulls_them_together() -> None:
    distances = torch.tensor([-2.0, 0.0, 2.0], requires_grad=True)
    losses = preference_losses(distances, torch.zeros(3), torch.zeros(3), torch.ones(3, dtype=torch.bool), 0.0)
    # minus the mean log-probability of both orders: at 0 that is ln 2, and its slope is tanh(d / 2) / 2
    losses.sum().backward()
    assert losses[1].item() == pytest.approx(0.693147, abs=1e-6)
    assert losses[0].item() == pytest.approx(losses[2].item())
    assert losses[0] > losses[1]
    torch.testing.assert_close(distances.grad, torch.tanh(torch.tensor([-2.0, 0.0, 2.0]) / 2) / 2)


def test_a_tie_takes_no_notice_of_a_margin() -> None:
    one, other, tied = torch.tensor([1.0]), torch.tensor([0.5]), torch.tensor([True])
    with_margin, without = (preference_losses(one, other, torch.tensor([margin]), tied, 0.0) for margin in (3.0, 0.0))
    assert with_margin.item() == without.item()
