"""What a reward model is taught by: Bradley and Terry's likelihood of what was preferred, with margins and ties."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def preference_losses(chosen: Tensor, rejected: Tensor, margins: Tensor, ties: Tensor, centring: float) -> Tensor:
    """For each pair, minus the logarithm of how likely the rewards make what was said.

    A margin asks for so much distance. A tie says that either order is as likely. Centring keeps the sum of both
    rewards near zero, since differences alone would let them wander.
    """
    from torch.nn.functional import logsigmoid

    distance = chosen - rejected
    preferred = -logsigmoid(distance - margins)
    tied = -(logsigmoid(distance) + logsigmoid(-distance)) / 2
    return preferred.where(~ties, tied) + centring * (chosen + rejected) ** 2
