"""The section of reward models: what they are made from, how many vote, and how they are trained."""

from typing import Annotated

from pydantic import Field

from conf.section import AtLeastOne, NotNegative, Section, Text
from conf.training import TrainingSettings

AtLeastZero = Annotated[float, Field(ge=0)]


class RewardSettings(Section):
    """A reward model that is trained from pairs."""

    base: Text
    """What it grows from: embedded (a small encoder), or a folder with an encoder or decoder as safetensors."""
    licence: Text | None
    """The licence of the base's weights as an SPDX id, or null if unknown; the embedded one's is known."""
    members: AtLeastOne
    """How many are trained from different seeds; where they disagree, a score is uncertain."""
    most_tokens: Annotated[int, Field(ge=16)]
    """How many tokens of prompt and answer are read; longer ones lose their middles."""
    tokens_per_batch: Annotated[int, Field(ge=1)]
    """How many tokens are scored at once; processors like less than accelerators."""
    margin_scale: AtLeastZero
    """How far apart the rewards of a pair with a margin of 1 must be; 0 takes no notice of margins."""
    centring: AtLeastZero
    """How strongly rewards are drawn towards zero, so that they do not wander between trainings."""
    seed: NotNegative
    """What the members' seeds are made of."""
    least_pairs: AtLeastOne
    """With fewer pairs to train on nothing is trained."""
    training: TrainingSettings
    """How each member is trained."""
