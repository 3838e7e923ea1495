"""What numbers a device calculates with."""

from __future__ import annotations


def bfloat16_is_quicker(device: str) -> bool:
    """Whether the hardware multiplies bfloat16 quicker than float32.

    Of processors those with AMX do. Those that have no more than AVX-512's products of bfloat16 take twice as long as
    in float32, once there are more rows than a few (docs/benchmarks.md).
    """
    import torch

    if device.partition(":")[0] == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return bool(torch.cpu._is_amx_tile_supported())
