"""The weights that were best on the held-out examples, kept beside the training until it ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakehouse.settled import settled
from pipelines.training.world import World

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

FILE = "weights.safetensors"


def keep(network: Module, folder: Path, world: World) -> None:
    """Write the weights that are being trained, gathered from all ranks."""
    from safetensors.torch import save_file

    found = {name: tensor for name, tensor in _gathered(network)}
    if world.leads:
        with settled(folder / FILE) as unfinished:
            save_file(found, unfinished)
    world.wait()


def restored(network: Module, folder: Path) -> Module:
    """A network with the weights that were kept."""
    from safetensors.torch import load_file

    network.load_state_dict(load_file(folder / FILE), strict=False)
    return network.eval()


def _gathered(network: Module) -> Iterator[tuple[str, Tensor]]:
    import deepspeed

    for name, weight in network.named_parameters():
        if weight.requires_grad:
            shards: list[Any] = [weight] if hasattr(weight, "ds_id") else []
            with deepspeed.zero.GatheredParameters(shards, enabled=bool(shards)):
                yield name, weight.detach().to("cpu", copy=True).contiguous()
