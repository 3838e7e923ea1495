"""The section of scoring: which scorers decide about an answer, and how much each of them says."""

from typing import Annotated

from pydantic import Field

from conf.frozen import FrozenMapping
from conf.section import AtLeastOne, Section, Text

AtLeastZero = Annotated[float, Field(ge=0)]
Weight = Annotated[float, Field(ge=0)]


class CombinationSettings(Section):
    """Whose word counts about the answers of a workload."""

    weights: FrozenMapping[Text, Weight]
    """What the word of each scorer weighs: reward, agreement, rule:json, judge:kind, for example; 0 takes no notice."""
    gates: tuple[Text, ...]
    """The rules that an answer must pass; one that fails ranks below all that pass."""


class ScoreSettings(Section):
    """How the scores of an answer become one, within its prompt."""

    workloads: FrozenMapping[Text, CombinationSettings]
    """Whose word counts for each workload, and under `all` for those that are not named."""
    uncertainty_factor: AtLeastZero
    """How many times its uncertainty a score is lowered by, before it is compared."""
    length_weight: AtLeastZero
    """How much a longer answer than its prompt's others loses; 0 takes no notice of length."""
    answers_per_batch: AtLeastOne
    """How many answers an actor scores at a time."""
