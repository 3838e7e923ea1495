"""What the worker must be told to train something: a network, how examples are laid together, and a loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor, device
    from torch.nn import Module

Example = dict[str, Any]
"""A row of the table examples, as it stands in a sealed set."""


@dataclass(frozen=True)
class Unit:
    """Examples that must stay in one batch, such as the pairs of one prompt, and what they take."""

    places: tuple[int, ...]
    """Where they stand in the set."""
    rows: int
    longest: int


@dataclass
class Loss:
    """A loss over some examples, as a sum: the worker divides by the weight of the whole step."""

    total: Tensor
    figures: dict[str, float]
    """Weighted sums of what else is worth watching, such as how many pairs were ordered rightly."""


class Task(Protocol):
    """One thing that can be learned; a dataclass of plain values, so that it can be sent as JSON."""

    def network(self) -> Module:
        """The network as training begins, in float32 on the processor; seeded by the worker beforehand."""
        ...

    def new_weights(self) -> tuple[str, ...]:
        """Words in the names of weights that begin at random."""
        ...

    def units(self, examples: Sequence[Example], turn: str | None) -> list[Unit]:
        """How examples are laid together in an epoch (`turn` names it), or for measuring, with nothing left out."""
        ...

    def weight(self, example: Example) -> float:
        """What an example counts for in the mean."""
        ...

    def references(self, network: Any, examples: Sequence[Example], device: device) -> list[Example] | None:
        """What each example of a batch is under the network as it begins, as fields that are added to it.

        None where the task needs nothing of the kind. It is called without gradients, before anything is learned.
        """
        ...

    def loss(self, network: Any, examples: Sequence[Example], device: device) -> Loss:
        """The network's loss on examples of one batch."""
        ...

    def save(self, network: Module, folder: Path) -> None:
        """Write the trained network so that whoever uses it can load it."""
        ...
