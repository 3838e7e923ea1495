"""TRL's own losses on given log-probabilities: its trainers' methods, without what they need to train."""

from __future__ import annotations

from collections import defaultdict
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor


def sft_loss(log_probabilities: Tensor, is_token: Tensor) -> Tensor:
    """The mean over all tokens of a batch."""
    from trl import SFTTrainer

    itself = _trainer(
        args=SimpleNamespace(loss_type="nll", average_tokens_across_devices=False),
        label_smoother=None,
        compute_loss_func=None,
    )
    inputs = _inputs(is_token)
    inputs["labels"] = inputs["input_ids"]
    return SFTTrainer.compute_loss(itself, _network(log_probabilities, is_token), inputs)


def dpo_loss(
    log_probabilities: Tensor, references: Tensor, is_token: Tensor, beta: float, kinds: dict[str, float], **more: Any
) -> Tensor:
    """Rows are better answers and then worse ones; kinds are the losses to add and their weights."""
    from trl import DPOTrainer

    itself = _trainer(
        beta=beta,
        ld_alpha=None,
        f_divergence_type="reverse_kl",
        loss_types=list(kinds),
        loss_weights=list(kinds.values()),
        use_weighting=False,
        **more,
    )
    chosen, rejected = references.sum(dim=1).chunk(2)
    inputs = _inputs(is_token) | {"ref_chosen_logps": chosen, "ref_rejected_logps": rejected}
    return DPOTrainer._compute_loss(itself, _network(log_probabilities, is_token), inputs, False)


def kto_loss(
    log_probabilities: Tensor, references: Tensor, is_token: Tensor, good: Tensor, beta: float, weights: Any
) -> Tensor:
    """The form without an estimate of the divergence."""
    from trl import KTOTrainer

    itself = _trainer(
        beta=beta,
        calculate_KL=False,
        loss_type="apo_zero_unpaired",
        desirable_weight=weights[0],
        undesirable_weight=weights[1],
    )
    itself._compute_kl_logps = lambda model, batch: None
    inputs = _inputs(is_token) | {"label": good, "ref_logps": references.sum(dim=1)}
    return KTOTrainer._compute_loss(itself, _network(log_probabilities, is_token), inputs, False)


def grpo_loss(
    log_probabilities: Tensor, references: Tensor, is_token: Tensor, advantages: Tensor, clips: Any, kl_weight: float
) -> Tensor:
    """With the type grpo; behaviour and reference are the same."""
    from trl import GRPOTrainer

    itself = _trainer(
        beta=kl_weight,
        loss_type="grpo",
        epsilon_low=clips[0],
        epsilon_high=clips[1],
        importance_sampling_level="token",
        top_entropy_quantile=1.0,
        off_policy_mask_threshold=None,
        use_vllm=False,
        _entropy_bonus_enabled=False,
        current_gradient_accumulation_steps=1,
        args=SimpleNamespace(delta=None, use_bias_correction_kl=False, steps_per_generation=1),
        _get_per_token_logps_and_entropies=lambda *_, **__: (
            log_probabilities,
            torch.zeros_like(log_probabilities),
            None,
        ),
    )
    rows = len(is_token)
    inputs = {
        "prompt_ids": torch.zeros(rows, 1, dtype=torch.long),
        "prompt_mask": torch.ones(rows, 1, dtype=torch.long),
        "completion_ids": torch.zeros_like(is_token, dtype=torch.long),
        "completion_mask": is_token.long(),
        "advantages": advantages,
        "old_per_token_logps": references,
        "ref_per_token_logps": references,
        "num_items_in_batch": is_token.sum(),
    }
    return GRPOTrainer._compute_loss(itself, None, inputs)


def _trainer(**more: Any) -> Any:
    """What the methods look at on a trainer."""
    alone = SimpleNamespace(
        device=torch.device("cpu"),
        num_processes=1,
        parallelism_config=None,
        autocast=nullcontext,
        gather=lambda one: one,
        gather_for_metrics=lambda one: one,
        reduce=lambda one, reduction: one,
    )
    return SimpleNamespace(
        **{
            "model": SimpleNamespace(training=True),
            "accelerator": alone,
            "aux_loss_enabled": False,
            "precompute_ref_logps": True,
            "get_tp_size": lambda: 1,
            "_metrics": defaultdict(lambda: defaultdict(list)),
            "_total_train_tokens": 0,
            "_tp_size": 1,
            **more,
        }
    )


def _inputs(is_token: Tensor) -> dict[str, Any]:
    """One prompt token stands before each answer."""
    rows = len(is_token)
    completion = torch.cat([torch.zeros(rows, 1, dtype=torch.bool), is_token], dim=1).long()
    return {
        "input_ids": torch.ones_like(completion),
        "attention_mask": torch.ones_like(completion),
        "completion_mask": completion,
    }


def _network(log_probabilities: Tensor, is_token: Tensor) -> Any:
    """A network that says what it is given, as TRL's fused head would."""
    nothing = torch.zeros_like(log_probabilities)
    said = SimpleNamespace(
        log_probs=log_probabilities.where(is_token, 0.0),
        entropy=nothing,
        mean_logits=nothing,
        is_top1=nothing.bool(),
        label_mask=is_token,
    )
    return lambda **_: said
