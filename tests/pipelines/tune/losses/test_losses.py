"""Every loss is TRL's own in value and gradient on the same batch, and what its algebra says on numbers in view."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from pipelines.tune.losses.dpo import mean_surprises, pair_losses
from pipelines.tune.losses.grpo import clipped_shares, group_losses
from pipelines.tune.losses.kto import single_losses
from pipelines.tune.losses.likelihood import surprises
from pipelines.tune.losses.reference import implied_rewards, token_distances, token_drifts
from tests.pipelines.tune.losses.trl_losses import dpo_loss, grpo_loss, kto_loss, sft_loss

CURRENT = [[-0.5, -1.0, -0.2], [-2.0, -0.1, 0.0], [-1.5, 0.0, 0.0], [-0.3, -0.4, -3.0]]
REFERENCE = [[-0.9, -0.8, -0.7], [-1.0, -0.3, 0.0], [-1.5, 0.0, 0.0], [-0.9, -0.2, -2.0]]
LENGTHS = [3, 2, 1, 3]
BETA, CLIPS = 0.3, (0.2, 0.28)
ADVANTAGES = [1.2, -0.7, 0.4, -0.9]


def tokens_of(lengths: list[int]) -> Tensor:
    return torch.arange(3)[None] < torch.tensor(lengths)[:, None]


IS_TOKEN = tokens_of(LENGTHS)


def agree(ours: Callable[[Tensor], Tensor], theirs: Callable[[Tensor], Tensor], values: Tensor) -> None:
    """Value and gradient of two functions of the same log-probabilities."""
    found = []
    for compute in (ours, theirs):
        current = values.clone().requires_grad_()
        loss = compute(current)
        loss.backward()
        assert current.grad is not None
        assert current.grad.abs().sum() > 0
        found.append((loss.item(), current.grad))
    assert found[0][0] == pytest.approx(found[1][0], rel=1e-6, abs=1e-7)
    torch.testing.assert_close(found[0][1], found[1][1])


def test_likelihood_is_trls() -> None:
    agree(
        lambda current: surprises(current.where(IS_TOKEN, 0.0)).sum() / IS_TOKEN.sum(),
        lambda current: sft_loss(current, IS_TOKEN),
        torch.tensor(CURRENT),
    )


def ours_on_pairs(current: Tensor, places: Tensor, smoothing: float) -> Tensor:
    rewards = implied_rewards(current, torch.tensor(REFERENCE)[places], BETA)
    return pair_losses(*rewards.chunk(2), smoothing)


def test_pairs_are_trls_sigmoid() -> None:
    every = torch.arange(4)
    agree(
        lambda current: ours_on_pairs(current.where(IS_TOKEN, 0.0), every, 0.0).mean(),
        lambda current: dpo_loss(current, torch.tensor(REFERENCE), IS_TOKEN, BETA, {"sigmoid": 1.0}),
        torch.tensor(CURRENT),
    )


@pytest.mark.parametrize("places", [[0, 2], [1, 3]])
def test_smoothed_pairs_are_trls_aot_which_is_the_same_where_a_pair_stands_alone(places: list[int]) -> None:
    rows = torch.tensor(places)
    reference, is_token = torch.tensor(REFERENCE)[rows], IS_TOKEN[rows]
    agree(
        lambda current: ours_on_pairs(current.where(is_token, 0.0), rows, 0.15).mean(),
        lambda current: dpo_loss(current, reference, is_token, BETA, {"aot": 1.0}, label_smoothing=0.15),
        torch.tensor(CURRENT)[rows],
    )


@pytest.mark.parametrize("places", [[0, 2], [1, 3]])
def test_the_likelihood_that_is_added_to_a_pair_is_trls(places: list[int]) -> None:
    rows = torch.tensor(places)
    reference, is_token = torch.tensor(REFERENCE)[rows], IS_TOKEN[rows]

    def ours(current: Tensor) -> Tensor:
        said = current.where(is_token, 0.0)
        return (ours_on_pairs(said, rows, 0.0) + 0.4 * mean_surprises(said[:1], is_token[:1].sum(dim=1))).mean()

    agree(
        ours,
        lambda current: dpo_loss(current, reference, is_token, BETA, {"sigmoid": 1.0, "sft": 0.4}),
        torch.tensor(CURRENT)[rows],
    )


def test_singles_are_trls() -> None:
    good = torch.tensor([True, False, True, False])

    def ours(current: Tensor) -> Tensor:
        rewards = implied_rewards(current.where(IS_TOKEN, 0.0), torch.tensor(REFERENCE), BETA)
        return single_losses(rewards, good, 1.5, 0.75).mean()

    agree(
        ours,
        lambda current: kto_loss(current, torch.tensor(REFERENCE), IS_TOKEN, good, BETA, (1.5, 0.75)),
        torch.tensor(CURRENT),
    )


@pytest.mark.parametrize("kl_weight", [0.0, 0.04])
def test_groups_are_trls(kl_weight: float) -> None:
    reference, advantages = torch.tensor(REFERENCE), torch.tensor(ADVANTAGES)

    def ours(current: Tensor) -> Tensor:
        return group_losses(current, reference, IS_TOKEN, advantages, *CLIPS, kl_weight).mean()

    agree(
        ours,
        lambda current: grpo_loss(current, reference, IS_TOKEN, advantages, CLIPS, kl_weight),
        torch.tensor(CURRENT),
    )


def test_likelihood_on_numbers_in_view() -> None:
    assert surprises(torch.tensor([[-1.0, -2.0], [-0.5, 0.0]])).tolist() == [3.0, 0.5]
    assert mean_surprises(torch.tensor([[-1.0, -2.0], [-0.5, 0.0]]), torch.tensor([2, 1])).tolist() == [1.5, 0.5]


def test_a_reward_is_beta_times_what_an_answer_gained() -> None:
    current, reference = torch.tensor([[-1.0, -2.0]]), torch.tensor([[-1.5, -2.5]])
    assert implied_rewards(current, reference, 0.1).item() == pytest.approx(0.1 * (0.5 + 0.5))


def test_a_pair_at_the_start_costs_log_two_and_smoothing_makes_a_wide_margin_dear() -> None:
    nothing, wide = torch.zeros(1), torch.tensor([4.0])
    assert pair_losses(nothing, nothing, 0.0).item() == pytest.approx(0.693147)
    assert pair_losses(wide, nothing, 0.0).item() == pytest.approx(0.018150, abs=1e-6)
    assert pair_losses(wide, nothing, 0.1).item() == pytest.approx(0.9 * 0.018150 + 0.1 * 4.018150, abs=1e-6)


def test_a_single_costs_half_its_weight_at_the_start_and_less_where_it_moves_the_right_way() -> None:
    rewards, good = torch.tensor([0.0, 0.0, 1.0, 1.0]), torch.tensor([True, False, True, False])
    expected = [2 * 0.5, 3 * 0.5, 2 * 0.268941, 3 * 0.731059]
    assert single_losses(rewards, good, 2.0, 3.0).tolist() == pytest.approx(expected, abs=1e-5)


def test_a_token_that_moved_as_far_as_it_may_counts_as_clipped_and_pulls_no_more() -> None:
    """Ratios 1.5 and 0.5, with either sign of the advantage: it is clipped only on the side that it was pulled to."""
    reference = torch.zeros(4, 1)
    current = torch.tensor([[1.5], [1.5], [0.5], [0.5]]).log().requires_grad_()
    advantages, is_token = torch.tensor([2.0, -2.0, 2.0, -2.0]), torch.ones(4, 1, dtype=torch.bool)
    losses = group_losses(current, reference, is_token, advantages, *CLIPS, 0.0)
    losses.sum().backward()
    assert losses.tolist() == pytest.approx([-2 * 1.28, 2 * 1.5, -2 * 0.5, 2 * 0.8])
    assert current.grad is not None
    assert current.grad.squeeze(1).tolist() == pytest.approx([0.0, 2 * 1.5, -2 * 0.5, 0.0])
    assert clipped_shares(current, reference, is_token, advantages, *CLIPS).tolist() == [1, 0, 0, 1]


def test_drift_and_distance_are_zero_at_the_start_and_never_negative() -> None:
    current = torch.tensor([[-1.0, -1.0, -1.0]])
    reference = torch.tensor([[-1.0, -2.0, -0.5]])
    expected = [0.0, 0.367879 + 1 - 1, 1.648721 - 0.5 - 1]
    assert token_drifts(current, reference)[0].tolist() == pytest.approx(expected, abs=1e-5)
    assert token_distances(current, reference)[0].tolist() == pytest.approx([0.0, 0.5, 0.125])
