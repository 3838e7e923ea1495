"""Loading a causal model for drawing: safetensors only, no code from elsewhere, adapters merged into the weights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.engines.attention import NAME, register_attention
from pipelines.engines.protocol import EngineError
from pipelines.models.numbers import bfloat16_is_quicker
from pipelines.models.quiet import quiet_loading


class ModelUnfit(EngineError):
    """A model that this engine cannot draw from correctly."""


@dataclass(frozen=True)
class Weights:
    """Which weights: a folder, perhaps an adapter's folder on top, and the digest of all their files."""

    folder: str
    digest: str
    adapter: str | None = None


@dataclass(frozen=True)
class Loaded:
    """A model in memory with its tokenizer."""

    model: Any
    tokenizer: Any
    digest: str


def load_causal(weights: Weights, device: str, precision: str) -> Loaded:
    """The model as it is served: in evaluation mode, on its device, with our attention."""
    import torch

    register_attention()
    chosen = device_for(device)
    with quiet_loading():
        return _loaded(weights, chosen, getattr(torch, _precision(precision, chosen)))


def _loaded(weights: Weights, device: str, numbers: Any) -> Loaded:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(weights.folder, local_files_only=True, trust_remote_code=False)
    model = AutoModelForCausalLM.from_pretrained(
        weights.folder,
        dtype=numbers,
        attn_implementation=NAME,
        use_safetensors=True,
        trust_remote_code=False,
        local_files_only=True,
    )
    _check_fit(model.config, weights.folder)
    if weights.adapter:
        model = _with_adapter(model, weights.adapter)
    model.to(device)  # type: ignore[arg-type]
    return Loaded(model.eval(), tokenizer, weights.digest)


def _with_adapter(model: Any, adapter: str) -> Any:
    """Merged, so that drawing costs what the base costs."""
    from peft import PeftModel

    return PeftModel.from_pretrained(model, adapter).merge_and_unload()


def device_for(device: str) -> str:
    """What is set; `auto` is an accelerator where there is one."""
    import torch

    if device != "auto":
        return device
    return "cuda" if torch.cuda.is_available() else "cpu"


def _precision(precision: str, device: str) -> str:
    """What is set; `auto` is the quicker one of two that models are trained in."""
    if precision != "auto":
        return precision
    return "bfloat16" if bfloat16_is_quicker(device) else "float32"


def _check_fit(config: Any, folder: str) -> None:
    """Refuse what our attention would get wrong without a word: windows, caps and sinks."""
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    window = getattr(config, "sliding_window", None) if getattr(config, "use_sliding_window", True) else None
    peculiar = [
        *sorted(kinds - {"full_attention"}),
        *([f"a window of {window} tokens"] if window and window < config.max_position_embeddings else []),
        *(["capped attention"] if getattr(config, "attn_logit_softcapping", None) else []),
    ]
    if peculiar:
        raise ModelUnfit(
            f"expected a model with full attention in every layer; {Path(folder).name} has {', '.join(peculiar)}. "
            "Serve it with vLLM and set engine.kind: url, or install vLLM and set engine.kind: vllm."
        )
