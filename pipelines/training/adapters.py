"""LoRA: a network of which small factors beside the linear layers are trained, and the layers themselves are not."""

from __future__ import annotations

import warnings
from typing import Any, Literal


def with_adapters(network: Any, rank: int, task: Literal["CAUSAL_LM", "SEQ_CLS"]) -> Any:
    """Adapters on every linear layer, which change nothing at the start; a new layer on top is trained whole."""
    from peft import LoraConfig, get_peft_model

    settings = LoraConfig(task_type=task, r=rank, lora_alpha=2 * rank, target_modules="all-linear")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="`is_gradient_checkpointing`")  # peft asks by the name of before
        return get_peft_model(network, settings)
