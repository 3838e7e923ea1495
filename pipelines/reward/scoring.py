"""Scoring with a reward model: answers of like length together, and the spread of an ensemble beside its mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conf import RewardSettings
from lakehouse.identity import identity
from pipelines.engines.protocol import Message, Unasked
from pipelines.models.loading import device_for
from pipelines.reward.encoding import Reader, reader_of
from pipelines.reward.network import reward_network, rewards_of, rounded
from pipelines.score.protocol import Score, Subject
from pipelines.training.plan import padded_batches
from pipelines.training.world import calculates_in_bfloat16

Conversation = tuple[Sequence[Message], str]


SETTINGS = "settings.json"
"""What members lie beside, so that whoever loads them reads answers as they were read in training."""


class RewardModel:
    """The members of an ensemble, loaded where they score."""

    def __init__(self, networks: Sequence[Any], reader: Reader, settings: RewardSettings) -> None:
        import torch

        self.reader, self.settings = reader, settings
        self.device = torch.device(device_for("auto"))
        is_rounded = calculates_in_bfloat16(settings.training, self.device)
        fitted = [rounded(network) if is_rounded else network for network in networks]
        self.networks = [network.to(self.device).eval() for network in fitted]

    @classmethod
    def load(cls, folders: Sequence[Path], settings: RewardSettings) -> RewardModel:
        """The members from their folders."""
        return cls(
            [reward_network(folder) for folder in folders], reader_of(str(folders[0]), settings.most_tokens), settings
        )

    def rewards(self, conversations: Sequence[Conversation]) -> list[float]:
        """The mean over the members."""
        return [sum(each) / len(each) for each in self.each(conversations)]

    def each(self, conversations: Sequence[Conversation]) -> list[list[float]]:
        """What each member says about each answer, in their order; the same sequence is read once."""
        import torch

        read = self.reader.encoded_all(conversations)
        sequences = [(one.tokens, one.answer_start) for one in read]
        distinct = sorted(set(sequences), key=lambda sequence: (len(sequence[0]), sequence))
        found: dict[Any, list[float]] = {}
        with torch.inference_mode():
            for batch in padded_batches(distinct, self.settings.tokens_per_batch, lambda one: len(one[0])):
                columns = [rewards_of(network, batch, self.device).tolist() for network in self.networks]
                found.update(zip(batch, map(list, zip(*columns, strict=True)), strict=True))
        return [found[sequence] for sequence in sequences]


@dataclass(frozen=True)
class RewardMaker:
    """Makes the scorer inside an actor, where the members are loaded."""

    policy_id: str
    model_digest: str
    folders: tuple[str, ...]
    settings: RewardSettings
    name: str = "reward"

    @property
    def digest(self) -> str:
        """The weights, and how much of an answer they are shown."""
        return identity("reward", self.model_digest, self.settings.most_tokens)

    def applies_to(self, workload: str) -> bool:
        """A reward model has something to say about everything."""
        return True

    def __call__(self) -> RewardScorer:
        return RewardScorer(RewardModel.load([Path(folder) for folder in self.folders], self.settings))


class RewardScorer:
    """A reward model by the protocol of scorers."""

    name = "reward"

    def __init__(self, model: RewardModel) -> None:
        self.model = model

    def score(self, subjects: Sequence[Subject]) -> list[Score | Unasked]:
        """A reward for each answer."""
        return [score_of(each) for each in self.model.each([(one.messages, one.answer) for one in subjects])]

    def close(self) -> None:
        """Memory goes with the process."""


def score_of(each: Sequence[float]) -> Score:
    """The mean over an ensemble, and its spread where there is one."""
    from math import isfinite
    from statistics import fmean, pstdev

    if not all(map(isfinite, each)):
        return Score(None, reason="The reward model gave no finite number.")
    return Score(fmean(each), uncertainty=pstdev(each) if len(each) > 1 else None)
