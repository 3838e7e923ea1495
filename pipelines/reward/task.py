"""Reward modelling as a task for the worker: pairs of one prompt together, and each answer read once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conf import RewardSettings
from lakehouse.identity import identity
from pipelines.reward.loss import preference_losses
from pipelines.reward.network import NEW_WEIGHTS, reward_network, rewards_of, save_network
from pipelines.training.task import Example, Loss, Unit

if TYPE_CHECKING:
    from torch import device
    from torch.nn import Module

Read = tuple[tuple[int, ...], int]
TIE = 0.0
"""The advantage of a pair in which neither answer is better."""


@dataclass(frozen=True)
class RewardTask:
    """A reward model on a base, learned from pairs."""

    base: str
    most_tokens: int
    adapter_rank: int | None
    recompute: bool
    margin_scale: float
    centring: float
    tokens_per_batch: int

    def network(self) -> Module:
        """The base with a new layer on top."""
        made: Module = reward_network(Path(self.base), self.adapter_rank, self.recompute)
        return made

    def new_weights(self) -> tuple[str, ...]:
        return NEW_WEIGHTS

    def weight(self, example: Example) -> float:
        return float(example["weight"])

    def units(self, examples: Sequence[Example], turn: str | None) -> list[Unit]:
        """The pairs of a prompt stay together, so that an answer in several of them is read once.

        Where a prompt has more answers than fit, they are dealt into blocks, anew in each epoch, and the pairs within
        a block are learned from: an epoch reads every answer once and not every pair. For measuring all pairs count.
        """
        by_prompt: dict[tuple[int, ...], list[int]] = {}
        for place, example in enumerate(examples):
            by_prompt.setdefault(tuple(example["tokens"][: example["answer_start"]]), []).append(place)
        return [unit for places in by_prompt.values() for unit in self._blocks(examples, places, turn)]

    def _blocks(self, examples: Sequence[Example], places: list[int], turn: str | None) -> Iterator[Unit]:
        answers = {read for place in places for read in reads_of(examples[place])}
        longest = max(len(tokens) for tokens, _ in answers)
        most = max(2, self.tokens_per_batch // longest)
        if len(answers) <= most:
            yield Unit(tuple(places), len(answers), longest)
        elif turn is None:
            for start in range(0, len(places), most // 2):
                part = tuple(places[start : start + most // 2])
                rows = {read for place in part for read in reads_of(examples[place])}
                yield Unit(part, len(rows), max(len(tokens) for tokens, _ in rows))
        else:
            yield from _dealt(examples, places, answers, most, turn)

    def references(self, network: Any, examples: Sequence[Example], device: device) -> None:
        """Nothing: what is preferred is learned from rewards alone."""

    def loss(self, network: Any, examples: Sequence[Example], device: device) -> Loss:
        """Bradley-Terry over the pairs; each distinct answer goes through the network once."""
        import torch

        distinct = sorted({read for example in examples for read in reads_of(example)}, key=lambda read: len(read[0]))
        row = {read: number for number, read in enumerate(distinct)}
        rewards = rewards_of(network, distinct, device)
        chosen, rejected = (
            rewards[torch.tensor([row[reads_of(example)[side]] for example in examples], device=device)]
            for side in (0, 1)
        )
        ties = torch.tensor([example["advantage"] == TIE for example in examples], device=device)
        asked = [self.margin_scale * (example["advantage"] or 0.0) for example in examples]
        margins = torch.tensor(asked, device=device)
        weights = torch.tensor([self.weight(example) for example in examples], device=device)
        losses = preference_losses(chosen, rejected, margins, ties, self.centring)
        ordered = torch.where(ties, 0.5, (chosen > rejected).float() + (chosen == rejected).float() / 2)
        figures = {
            "accuracy": float((ordered * weights).sum()),
            "distance": float(((chosen - rejected).detach() * weights).sum()),
        }
        return Loss((losses * weights).sum(), figures)

    def save(self, network: Module, folder: Path) -> None:
        """A folder that transformers loads as a classifier with one output."""
        save_network(network, Path(self.base), folder)


def task_of(settings: RewardSettings, base: Path) -> RewardTask:
    """The task that settings describe, on a base model's folder."""
    training = settings.training
    return RewardTask(
        base=str(base),
        most_tokens=settings.most_tokens,
        adapter_rank=training.adapter_rank,
        recompute=training.recompute,
        margin_scale=settings.margin_scale,
        centring=settings.centring,
        tokens_per_batch=training.tokens_per_batch,
    )


def reads_of(example: Example) -> tuple[Read, Read]:
    """The better and the worse answer of a pair, as the network reads them."""
    return (
        (tuple(example["tokens"]), example["answer_start"]),
        (tuple(example["rejected_tokens"]), example["rejected_start"]),
    )


def _dealt(examples: Sequence[Example], places: list[int], answers: set[Read], most: int, turn: str) -> Iterator[Unit]:
    """Blocks of answers in an order of this turn's, and the pairs that stand within one."""
    order = sorted(answers, key=lambda read: identity("deal", turn, *read[0]))
    blocks = -(-len(order) // most)
    block_of = {read: number % blocks for number, read in enumerate(order)}
    for number in range(blocks):
        within = [place for place in places if {block_of[read] for read in reads_of(examples[place])} == {number}]
        rows = {read for place in within for read in reads_of(examples[place])}
        if within:
            yield Unit(tuple(within), len(rows), max(len(tokens) for tokens, _ in rows))
