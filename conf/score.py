"""The section of scoring: which scorers decide about an answer, and how much each of them says."""

from typing import Annotated

from pydantic import Field

from conf.frozen import FrozenMapping
from conf.section import AtLeastOne, Section, Text

AtLeastZero = Annotated[float, Field(ge=0)]
Weights = FrozenMapping[Text, Annotated[float, Field(gt=0)]]


class ScoreSettings(Section):
    """How the scores of an answer become one, within its prompt."""

    weights: FrozenMapping[Text, Weights]
    """For each workload, or `all` for those that are not named, what each scorer's word weighs: reward, rule:NAME,
    judge:NAME."""
    gates: FrozenMapping[Text, tuple[Text, ...]]
    """For each workload, or `all`, the rules that an answer must pass; one that fails ranks below all that pass."""
    uncertainty_factor: AtLeastZero
    """How many times its uncertainty a score is lowered by, before it is compared."""
    length_weight: AtLeastZero
    """How much a longer answer than its prompt's others loses; 0 takes no notice of length."""
    answers_per_batch: AtLeastOne
    """How many answers an actor scores at a time."""
