"""What numbers a device calculates with."""

from __future__ import annotations


def multiplies_bfloat16(device: str) -> bool:
    """Whether the hardware itself multiplies bfloat16; where it does not, it would be the slower one."""
    import torch

    if device.partition(":")[0] == "cuda":
        return torch.cuda.is_bf16_supported()
    return bool(torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())
