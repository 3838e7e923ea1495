"""The network that is tuned: a causal model with adapters or whole, and how it is saved so that others can load it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.models.quiet import quiet_loading
from pipelines.models.weights import check_model
from pipelines.training.adapters import with_adapters

if TYPE_CHECKING:
    import torch
    from torch import Tensor

ADAPTER, MODEL = "adapter", "model"
GENERATION = "generation_config.json"
PROBE_TOKENS, PROBE_STRIDE = 32, 7919
MOST_APART = {"float32": 1e-3}
MOST_APART_ROUNDED = 0.05
"""The share of draws that may come out differently; rounding to a base's 16 bits moves more than adding does."""


class SavedOtherwise(RuntimeError):
    """What was saved does not answer as what was trained."""


def tuning_network(folder: Path, adapter_rank: int | None = None, recompute: bool = False) -> Any:
    """The base in float32 as an AnswerNetwork; refuses what is missing, a pickle, or wants to run code of its own."""
    import torch

    from pipelines.tune.log_probabilities import AnswerNetwork

    network = _causal(folder, torch.float32)
    if recompute:
        network.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    return AnswerNetwork(with_adapters(network, adapter_rank, "CAUSAL_LM") if adapter_rank else network)


def _causal(folder: Path, numbers: torch.dtype) -> Any:
    from transformers import AutoModelForCausalLM

    check_model(folder)
    with quiet_loading():
        return AutoModelForCausalLM.from_pretrained(
            folder, dtype=numbers, use_safetensors=True, trust_remote_code=False, local_files_only=True
        )


def save_tuned(network: Any, base: Path, folder: Path, merge: bool) -> None:
    """Adapters into `adapter`, and into `model` the whole model where they are merged or there are none."""
    trained: Any = network.network.eval()
    has_adapters = hasattr(trained, "merge_and_unload")
    with quiet_loading():
        if has_adapters:
            trained.save_pretrained(folder / ADAPTER)
        if merge or not has_adapters:
            wanted = _distributions(trained)
            _save_whole(trained.merge_and_unload(safe_merge=True) if has_adapters else trained, base, folder / MODEL)
            _check_same(wanted, base, folder / MODEL)


def _save_whole(network: Any, base: Path, folder: Path) -> None:
    """In the numbers of the base, so that it costs as much; with its tokenizer, and what it is drawn from with."""
    from transformers import AutoTokenizer, GenerationConfig

    network.generation_config = GenerationConfig()  # the base's own file is copied: saving refuses some that load
    network.to(_numbers_of(base)).save_pretrained(folder)
    AutoTokenizer.from_pretrained(base, local_files_only=True, trust_remote_code=False).save_pretrained(folder)
    (folder / GENERATION).unlink(missing_ok=True)
    if (base / GENERATION).is_file():
        shutil.copyfile(base / GENERATION, folder / GENERATION)


def _numbers_of(base: Path) -> torch.dtype:
    import torch
    from transformers import AutoConfig

    found = AutoConfig.from_pretrained(base, local_files_only=True, trust_remote_code=False).dtype
    return found if isinstance(found, torch.dtype) else torch.float32


def _distributions(network: Any) -> Tensor:
    """What it would draw next after each token of an arbitrary text."""
    import torch

    tokens = (torch.arange(PROBE_TOKENS) * PROBE_STRIDE % network.config.get_text_config().vocab_size).unsqueeze(0)
    with torch.inference_mode():
        found: Tensor = network(input_ids=tokens, use_cache=False).logits[0].float().softmax(dim=-1)
    return found


def _check_same(wanted: Tensor, base: Path, folder: Path) -> None:
    """Load what was saved and compare; an adapter that was merged wrongly would serve without a word."""
    import torch

    came = _distributions(_causal(folder, torch.float32).eval())
    apart = float((wanted - came).abs().sum(dim=-1).max() / 2)
    most = MOST_APART.get(str(_numbers_of(base)).removeprefix("torch."), MOST_APART_ROUNDED)
    if not apart <= most:
        raise SavedOtherwise(
            f"expected the model in {folder} to draw as the one that was trained; at some place {apart:.2%} of its "
            f"draws would differ, and {most:.2%} may. Set tune.merge: false to keep adapters apart, or take a base "
            "that is stored in float32."
        )
