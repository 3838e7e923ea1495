"""The section of tuning: what is learned from scored answers, how examples are chosen, and how the model is trained."""

from typing import Annotated, Literal

from pydantic import Field

from conf.frozen import FrozenMapping
from conf.pretrain import PretrainSettings
from conf.section import AtLeastOne, Section, Text
from conf.training import TrainingSettings

Method = Literal["sft", "best_of_n", "dpo", "kto", "grpo", "pretrain"]
AtLeastZero = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, lt=1)]
Half = Annotated[float, Field(ge=0, lt=0.5)]


class ExampleSettings(Section):
    """Which answers are learned from, and how often each is seen."""

    scorer: Text
    """The scorer whose values rank a prompt's answers; combined is what all scorers come to."""
    most_tokens: Annotated[int, Field(ge=16)]
    """The longest example, prompt and answer together; a longer one is left out, counted and said."""
    least_gap: AtLeastZero
    """How far the values of the better and the worse answer lie apart at least; a prompt with less teaches nothing."""
    half_life: Positive | None
    """After how many rounds an example counts half as much, or null where all rounds count alike."""
    workload_weights: FrozenMapping[Text, Positive]
    """How much an example of each workload counts; 1 for those that are not named."""
    replay: Text | None
    """A JSONL file of general instructions and answers to mix in against forgetting, or null for none."""
    replay_share: Share
    """Their share of all that counts."""
    least: AtLeastOne
    """With fewer examples to train on nothing is trained."""
    holdout_share: Share
    """The share of prompts whose examples are kept for stopping early, and never train."""
    holdout_salt: Text
    """What that share is drawn from, together with a prompt's identity."""


class ScoredSettings(Section):
    """What the methods that learn from scores have in common."""

    rate_factor: Positive
    """What the learning rate is multiplied by, for pushing answers apart moves a model faster than imitating them."""


class DpoSettings(ScoredSettings):
    """Learning from a better and a worse answer."""

    beta: Positive
    """How strongly the model is held to where it began."""
    label_smoothing: Half
    """How often the worse answer may be the better one after all."""
    nll_weight: AtLeastZero
    """How much of the plain likelihood of the better answer is added, which keeps it from becoming less likely too."""


class KtoSettings(ScoredSettings):
    """Learning from single answers that are good or bad."""

    beta: Positive
    """How strongly the model is held to where it began."""
    good_weight: Positive
    """What a good answer counts for."""
    bad_weight: Positive
    """What a bad answer counts for."""


class GrpoSettings(ScoredSettings):
    """Learning from groups of answers by how much better than its group each of them is, from stored draws."""

    clip_low: Annotated[float, Field(gt=0, lt=1)]
    """How far a token's probability may fall, as a share, before it teaches no more."""
    clip_high: Positive
    """How far it may rise."""
    kl_weight: AtLeastZero
    """How strongly the model is held to where it began."""


class TuneSettings(Section):
    """A model that is tuned on what was scored."""

    method: Method
    """What teaches: right answers (sft), best (best_of_n), pairs (dpo), singles (kto), groups (grpo), documents."""
    seed: Annotated[int, Field(ge=0)]
    """What chance is made of."""
    merge: bool
    """Whether adapters are merged into the weights, so that serving costs what the base costs; else both are kept."""
    examples: ExampleSettings
    """Which answers are learned from."""
    dpo: DpoSettings
    """For the method dpo."""
    kto: KtoSettings
    """For the method kto."""
    grpo: GrpoSettings
    """For the method grpo."""
    pretrain: PretrainSettings
    """For the method pretrain."""
    training: TrainingSettings
    """How the model is trained."""
