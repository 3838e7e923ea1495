"""The processes that train together: how they find each other, which device each has, and what they agree on."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from conf.training import TrainingSettings
from pipelines.models.numbers import bfloat16_is_quicker

if TYPE_CHECKING:
    from torch import Tensor, device

Thing = TypeVar("Thing")
SHARED_MEMORY = "deepspeed_shm_comm"


@dataclass(frozen=True)
class World:
    """This process among those that train together."""

    rank: int
    ranks: int
    device: device

    @property
    def leads(self) -> bool:
        """Whether it is the one that writes for all."""
        return self.rank == 0

    def total(self, value: Tensor) -> Tensor:
        """The sum over all processes."""
        from torch import distributed

        if self.ranks > 1:
            distributed.all_reduce(value)
        return value

    def gathered(self, things: list[Thing]) -> list[Thing]:
        """What any of the processes has, in the order of their ranks."""
        from torch import distributed

        if self.ranks == 1:
            return things
        everyones: list[list[Thing]] = [[] for _ in range(self.ranks)]
        distributed.all_gather_object(everyones, things)
        return [thing for theirs in everyones for thing in theirs]

    def most_memory(self) -> float:
        """The most gigabytes that this process held so far, of its accelerator where it has one."""
        import resource

        import torch

        if self.device.type == "cuda":
            return torch.cuda.max_memory_allocated(self.device) / 1e9
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9

    def wait(self) -> None:
        """Until all have come this far."""
        from torch import distributed

        if self.ranks > 1:
            distributed.barrier()


@contextmanager
def joined() -> Iterator[World]:
    """This process in its world: as torchrun's environment says, or alone."""
    import torch
    from torch import distributed
    from torch._C._distributed_c10d import HashStore

    has_accelerator = torch.cuda.is_available()
    os.environ.setdefault("DS_ACCELERATOR", "cuda" if has_accelerator else "cpu")
    rank, ranks = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    began = not distributed.is_initialized()
    if began:
        kind = "nccl" if has_accelerator else "gloo"
        if ranks == 1:
            distributed.init_process_group(kind, store=HashStore(), rank=0, world_size=1)
        else:
            distributed.init_process_group(kind)
    try:
        _quiet_deepspeed()
        local = int(os.environ.setdefault("LOCAL_RANK", "0"))  # which DeepSpeed asks for
        if has_accelerator:
            torch.cuda.set_device(local)
        yield World(rank, ranks, torch.device("cuda", local) if has_accelerator else torch.device("cpu"))
    finally:
        if began and ranks > 1:  # DeepSpeed holds on to the group: one rank keeps it for the next training
            distributed.destroy_process_group()


def _quiet_deepspeed() -> None:
    logging.getLogger("DeepSpeed").setLevel(logging.ERROR)
    import deepspeed

    logging.getLogger("DeepSpeed").setLevel(logging.ERROR)
    # its shared-memory collective would be compiled here and now; a laptop need not have a compiler, and gloo serves
    deepspeed.ops.__compatible_ops__[SHARED_MEMORY] = False
    deepspeed.init_distributed(auto_mpi_discovery=False, verbose=False)


def calculates_in_bfloat16(settings: TrainingSettings, where: device) -> bool:
    """Whether products are rounded to bfloat16; auto says yes where the hardware is quicker so."""
    if settings.precision != "auto":
        return settings.precision == "bfloat16"
    return bfloat16_is_quicker(where.type)
