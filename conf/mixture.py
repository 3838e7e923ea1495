"""The section of mixtures: how much of each collection a model reads, and how often."""

from typing import Annotated, Literal

from pydantic import Field

from conf.frozen import FrozenMapping
from conf.section import AtLeastOne, NotNegative, Section, Text

Positive = Annotated[float, Field(gt=0)]


class SourceSettings(Section):
    """How much one collection counts."""

    weight: Positive
    """Its weight beside the others; mixture.weights says in what."""
    most_epochs: Positive
    """How often its documents are read at most; 0.5 reads half of them once."""


class MixtureSettings(Section):
    """What a model learns from when it reads documents."""

    weights: Literal["shares", "sizes"]
    """What weights mean: parts of all tokens (shares), or how much more than its size a collection counts (sizes)."""
    sources: FrozenMapping[Text, SourceSettings]
    """Collections by name."""
    only_named: bool
    """Whether collections that are not named are left out."""
    others: SourceSettings
    """What each collection counts that is not named."""
    tokens: AtLeastOne | None
    """How many tokens are wanted, or null for as many as keep the weights without reading anything too often."""
    seed: NotNegative
    """What chance is made of: which documents a part of an epoch holds, and the order of all."""
