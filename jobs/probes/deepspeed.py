"""The probe of DeepSpeed: one optimiser step of a tiny module by one rank, on a GPU where there is one."""

from __future__ import annotations

import os
import socket
import time

CONFIG = {"train_batch_size": 1, "zero_optimization": {"stage": 1}, "zero_allow_untested_optimizer": True}


def main() -> str:
    """What was found, for the doctor's line."""
    import torch

    has_gpu = torch.cuda.is_available()
    if not has_gpu:
        os.environ["DS_ACCELERATOR"] = "cpu"
    os.environ.update(_one_rank())
    import deepspeed

    started = time.monotonic()
    deepspeed.init_distributed(dist_backend="nccl" if has_gpu else "gloo", verbose=False)
    module = torch.nn.Linear(4, 1)
    before = module.weight.detach().clone()
    optimizer = torch.optim.AdamW(module.parameters(), lr=0.1)
    engine, *_ = deepspeed.initialize(model=module, optimizer=optimizer, config=CONFIG)
    loss = engine(torch.ones(1, 4, device=engine.device)).square().mean()
    engine.backward(loss)
    engine.step()
    moved = not torch.equal(before, module.weight.detach().cpu())
    torch.distributed.destroy_process_group()
    if not moved:
        raise RuntimeError("an optimiser step left the weights as they were")
    device = torch.cuda.get_device_name(0) if has_gpu else "CPU (no GPU was found)"
    seconds = time.monotonic() - started
    return f"{deepspeed.__version__} with torch {torch.__version__} on {device}: one step in {seconds:.0f} s"


def _one_rank() -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    return {"RANK": "0", "LOCAL_RANK": "0", "WORLD_SIZE": "1", "DS_LOG_LEVEL": "error"} | address


if __name__ == "__main__":
    print(main())
