"""Which examples each step learns from, and in which batches: arithmetic on identities, so that resuming is exact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from lakehouse.identity import identity
from pipelines.training.task import Unit

Item = TypeVar("Item")
BATCH_COST = 1 / 16
"""What a batch costs beside its tokens, as a share of a full one: weights are read, and rounded, for each."""


@dataclass(frozen=True)
class Step:
    """One step of the optimiser: batches of units, as many for each rank."""

    epoch: int
    batches: tuple[tuple[Unit, ...], ...]

    def shares(self, rank: int, ranks: int) -> list[tuple[Unit, ...]]:
        """The batches of one rank; some at the end may be empty, so that all ranks take part as often."""
        rounds = -(-len(self.batches) // ranks)
        padded = [*self.batches, *[()] * (rounds * ranks - len(self.batches))]
        return padded[rank::ranks]

    @property
    def places(self) -> tuple[int, ...]:
        """Where all its examples stand in the set."""
        return tuple(place for batch in self.batches for unit in batch for place in unit.places)


def steps_of(units: Sequence[Unit], epoch: int, seed: int, examples_per_step: int, tokens: int) -> list[Step]:
    """An epoch's steps: units in an order of their own, neighbours in length together within a step."""
    order = sorted(units, key=lambda unit: identity("order", seed, epoch, *unit.places))
    steps: list[Step] = []
    taken: list[Unit] = []
    for unit in order:
        taken.append(unit)
        if sum(len(one.places) for one in taken) >= examples_per_step:
            steps.append(Step(epoch, batches_of(taken, tokens)))
            taken = []
    if taken:
        steps.append(Step(epoch, batches_of(taken, tokens)))
    return steps


def batches_of(units: Sequence[Unit], tokens: int) -> tuple[tuple[Unit, ...], ...]:
    """Units by length, cut where a batch padded to its longest would hold too many tokens."""
    ordered = sorted(units, key=lambda unit: (unit.longest, unit.places))
    return tuple(map(tuple, padded_batches(ordered, tokens, lambda unit: unit.longest, lambda unit: unit.rows)))


def padded_batches(
    ordered: Iterable[Item], tokens: int, longest: Callable[[Item], int], rows: Callable[[Item], int] = lambda item: 1
) -> list[list[Item]]:
    """Neighbours in length, the longest last, in batches of at most so many tokens when padded to it.

    They are cut where all of it costs least: each batch its padded tokens, and as much again as a share of a full one.
    """
    items = list(ordered)
    costs, cuts = [0.0], [0]
    for end in range(1, len(items) + 1):
        found = [(costs[begin] + size, begin) for begin, size in _sizes(items, end, tokens, longest, rows)]
        cost, cut = min(found)
        costs.append(cost + tokens * BATCH_COST)
        cuts.append(cut)
    batches: list[list[Item]] = []
    end = len(items)
    while end:
        batches.append(items[cuts[end] : end])
        end = cuts[end]
    return batches[::-1]


def _sizes(
    items: Sequence[Item], end: int, tokens: int, longest: Callable[[Item], int], rows: Callable[[Item], int]
) -> Iterator[tuple[int, int]]:
    """Where a batch up to an end may begin, and its padded tokens; an item too large for any is one alone."""
    taken, length = 0, longest(items[end - 1])
    for begin in range(end - 1, -1, -1):
        taken += rows(items[begin])
        if taken * length > tokens and begin < end - 1:
            return
        yield begin, taken * length


def rate_share(step: int, steps: int, warmup: float, schedule: str) -> float:
    """The share of the highest learning rate that a step takes, counted from zero."""
    from math import cos, pi

    rising = max(1, round(warmup * steps))
    if step < rising:
        return (step + 1) / rising
    done = (step - rising) / max(1, steps - rising)
    return {"constant": 1.0, "linear": 1 - done, "cosine": (1 + cos(pi * done)) / 2}[schedule]
