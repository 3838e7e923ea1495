"""How a network is trained, whatever it is to learn: by the same worker for reward models and for tuning."""

from typing import Annotated, Literal

from pydantic import Field

from conf.section import AtLeastOne, NotNegative, Section

Share = Annotated[float, Field(ge=0, le=1)]
Rate = Annotated[float, Field(gt=0)]
AtLeastZero = Annotated[float, Field(ge=0)]


class TrainingSettings(Section):
    """How long, how fast and on what a network is trained."""

    epochs: AtLeastOne
    """How many times every example is seen at most."""
    learning_rate: Rate
    """The highest rate; new weights, such as a reward model's head, take `new_weights_factor` times as much."""
    new_weights_factor: Rate
    """How much faster weights learn that begin at random."""
    schedule: Literal["constant", "linear", "cosine"]
    """How the rate goes on after warming up; linear and cosine end near zero."""
    warmup: Share
    """The share of all steps over which the rate rises."""
    weight_decay: AtLeastZero
    """How strongly weights are drawn to zero."""
    clip: Rate
    """The longest gradient that is taken as it is; longer ones are shortened to it."""
    examples_per_step: AtLeastOne
    """How many examples one step of the optimiser learns from, on all devices together."""
    tokens_per_batch: AtLeastOne
    """How many tokens a device holds at once, padding included; a step takes as many batches as it needs."""
    precision: Literal["auto", "float32", "bfloat16"]
    """What products are calculated in, with weights in float32; auto is bfloat16 where that is quicker."""
    adapter_rank: AtLeastOne | None
    """The rank of LoRA adapters on all linear layers (alpha is twice the rank), or null to train every weight."""
    zero_stage: Annotated[int, Field(ge=0, le=3)]
    """What DeepSpeed shards over the devices: 1 the optimiser's state, 2 gradients too, 3 weights too; 0 nothing."""
    offload: bool
    """Whether the optimiser's state stays in the processor's memory; needs a zero_stage of at least 1."""
    recompute: bool
    """Whether activations are calculated again on the way back: slower, and far less memory."""
    checkpoint_steps: AtLeastOne
    """After how many steps a checkpoint is written, from which a killed training goes on."""
    patience: AtLeastOne | None
    """How many epochs without a better held-out loss end the training, or null for never; the best weights are kept."""
    most_bad_steps: NotNegative
    """How many steps may have batches without a finite loss, which are passed over; more end the training."""
    ranks: AtLeastOne
    """How many processes train together, each with a device of its own, or with a share of the cores."""
    launcher: Literal["process", "torchrun", "ray"]
    """What starts them: this process itself (one rank), torchrun on this machine, or Ray Train on a cluster."""
