"""The network: any transformers encoder or decoder as a classifier with one output, which any other tool can load."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.models.quiet import only_errors, quiet_loading
from pipelines.training.adapters import with_adapters

if TYPE_CHECKING:
    from torch import Tensor, device
    from torch.nn import Module

NEW_WEIGHTS = ("classifier", "score")
"""What transformers calls the layer on top."""
Sequences = Sequence[tuple[Sequence[int], int]]
"""Tokens, and the first position of the answer."""


def reward_network(folder: Path, adapter_rank: int | None = None, recompute: bool = False) -> Any:
    """The base with a layer on top; a base that was no reward model before has it at random."""
    import torch
    from transformers import AutoModelForSequenceClassification

    with quiet_loading(), only_errors():
        network = AutoModelForSequenceClassification.from_pretrained(
            folder,
            num_labels=1,
            dtype=torch.float32,
            use_safetensors=True,
            trust_remote_code=False,
            local_files_only=True,
        )
    if network.config.pad_token_id is None:
        network.config.pad_token_id = padding_of(network.config)
    if recompute:
        network.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    return with_adapters(network, adapter_rank, "SEQ_CLS") if adapter_rank else network


def rounded(network: Any) -> Any:
    """The network in bfloat16 but for its last layer: rewards that were rounded too would tie where answers differ."""
    import torch

    network.to(torch.bfloat16)
    for name in NEW_WEIGHTS:
        head = getattr(network, name, None)
        if head is not None:
            head.float().register_forward_pre_hook(lambda module, states: tuple(one.float() for one in states))
    return network


def rewards_of(network: Any, sequences: Sequences, where: device, left: bool = False) -> Tensor:
    """One number for each sequence; which side the rows are padded on makes no difference."""
    config = getattr(network, "module", network).config
    tokens, mask, segments = _laid_out(sequences, padding_of(config), where, left)
    asked = {"input_ids": tokens, "attention_mask": mask}
    if getattr(config, "type_vocab_size", 0) > 1:
        asked["token_type_ids"] = segments
    else:
        asked["position_ids"] = (mask.cumsum(dim=1) - 1).clamp(min=0)
    rewards: Tensor = network(**asked).logits.squeeze(-1).float()
    return rewards


def padding_of(config: Any) -> int:
    """The token that fills rows up; decoders look for the last token that is another one."""
    if config.pad_token_id is not None:
        return int(config.pad_token_id)
    return 0 if config.eos_token_id != 0 else 1


def _laid_out(sequences: Sequences, padding: int, where: device, left: bool) -> tuple[Tensor, Tensor, Tensor]:
    """Rows of one length, which tokens are real, and which belong to the answer."""
    import torch

    longest = max(len(tokens) for tokens, _ in sequences)
    rows = torch.full((len(sequences), longest), padding)
    mask, segments = torch.zeros_like(rows), torch.zeros_like(rows)
    for row, (tokens, answer_start) in enumerate(sequences):
        begin = longest - len(tokens) if left else 0
        rows[row, begin : begin + len(tokens)] = torch.tensor(tokens)
        mask[row, begin : begin + len(tokens)] = 1
        segments[row, begin + answer_start : begin + len(tokens)] = 1
    return rows.to(where), mask.to(where), segments.to(where)


def save_network(network: Module, base: Path, folder: Path) -> None:
    """Network and tokenizer as a folder; adapters are merged, so that scoring costs what the base costs."""
    from transformers import AutoTokenizer

    whole: Any = network
    merged = whole.merge_and_unload() if hasattr(whole, "merge_and_unload") else whole
    with quiet_loading():
        merged.save_pretrained(folder)
        AutoTokenizer.from_pretrained(base, local_files_only=True).save_pretrained(folder)
