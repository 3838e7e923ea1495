"""What each method makes of a batch: a loss for every example, and figures worth watching."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.training.task import Example
from pipelines.tune.answers import Answers
from pipelines.tune.losses.dpo import mean_surprises, pair_losses
from pipelines.tune.losses.grpo import clipped_shares, group_losses
from pipelines.tune.losses.kto import single_losses
from pipelines.tune.losses.likelihood import surprises
from pipelines.tune.losses.reference import implied_rewards, token_distances

if TYPE_CHECKING:
    from torch import Tensor

How = Mapping[str, float]
"""The method's own settings."""


@dataclass(frozen=True)
class Seen:
    """What a network says of the answers of a batch, and what it said of them as it began.

    For pairs, all better answers come first and then all worse ones.
    """

    answers: Answers
    reference: Tensor | None = None

    @property
    def both(self) -> tuple[Tensor, Tensor]:
        """The log-probabilities now and as it began."""
        assert self.reference is not None
        return self.answers.log_probabilities, self.reference

    @property
    def lengths(self) -> Tensor:
        """How many tokens each answer has."""
        return self.answers.is_token.sum(dim=1)


@dataclass(frozen=True)
class Lesson:
    """A loss and figures, each with one value an example; a figure is a tensor without a gradient."""

    losses: Tensor
    figures: dict[str, Tensor]


@dataclass(frozen=True)
class Method:
    """One way to learn from answers."""

    lesson: Callable[[Seen, Sequence[Example], How], Lesson]
    counts_tokens: bool
    """Whether the mean is over tokens, so that a loss is a sum over an answer's, or over examples."""
    has_reference: bool
    is_paired: bool = False
    version: int = 1
    """One more whenever the loss changes: what it made before is another model."""


def _from_likelihood(seen: Seen, examples: Sequence[Example], how: How) -> Lesson:
    return Lesson(surprises(seen.answers.log_probabilities), {})


def _from_pairs(seen: Seen, examples: Sequence[Example], how: How) -> Lesson:
    current, reference = seen.both
    chosen, rejected = implied_rewards(current, reference, how["beta"]).chunk(2)
    losses = pair_losses(chosen, rejected, how["label_smoothing"])
    if how["nll_weight"]:
        better, _ = current.chunk(2)
        losses = losses + how["nll_weight"] * mean_surprises(better, seen.lengths.chunk(2)[0])
    margins = (chosen - rejected).detach()
    distances, lengths = (sums[0] + sums[1] for sums in (_distances(seen).chunk(2), seen.lengths.chunk(2)))
    figures = {
        "accuracy": _share_above_zero(margins),
        "margin": margins,
        "chosen_reward": chosen.detach(),
        "kl": distances / lengths,
    }
    return Lesson(losses, figures)


def _from_singles(seen: Seen, examples: Sequence[Example], how: How) -> Lesson:
    import torch

    rewards = implied_rewards(*seen.both, how["beta"])
    good = torch.tensor([example["advantage"] > 0 for example in examples], device=rewards.device)
    right = torch.where(good, rewards, -rewards).detach()
    figures = {"accuracy": _share_above_zero(right), "margin": right, "kl": _distances(seen) / seen.lengths}
    return Lesson(single_losses(rewards, good, how["good_weight"], how["bad_weight"]), figures)


def _from_groups(seen: Seen, examples: Sequence[Example], how: How) -> Lesson:
    import torch

    current, reference = seen.both
    advantages = torch.tensor([example["advantage"] for example in examples]).to(current)
    told = (current, reference, seen.answers.is_token, advantages, how["clip_low"], how["clip_high"])
    figures = {"kl": _distances(seen) / seen.lengths, "clipped": clipped_shares(*told).detach()}
    return Lesson(group_losses(*told, how["kl_weight"]), figures)


def _share_above_zero(values: Tensor) -> Tensor:
    """One for a value above zero, and a half for zero itself: at the start nothing is right or wrong."""
    return (values > 0).float() + (values == 0).float() / 2


def _distances(seen: Seen) -> Tensor:
    """The sum over each answer's tokens; padding has not moved."""
    return token_distances(*seen.both).sum(dim=1).detach()


METHODS = {
    "sft": Method(_from_likelihood, counts_tokens=True, has_reference=False),
    "best_of_n": Method(_from_likelihood, counts_tokens=True, has_reference=False),
    "pretrain": Method(_from_likelihood, counts_tokens=True, has_reference=False),
    "dpo": Method(_from_pairs, counts_tokens=False, has_reference=True, is_paired=True),
    "kto": Method(_from_singles, counts_tokens=False, has_reference=True),
    "grpo": Method(_from_groups, counts_tokens=False, has_reference=True, version=2),
}
