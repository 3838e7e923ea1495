"""Attention over what was remembered, for any transformers model: texts packed end to end, or one token a row.

Prompts that begin alike share one copy of their beginning, and the samples of a prompt share one copy of the prompt, so
neither is computed nor read once per sample. The model's own code runs unchanged: it asks its cache to `update`, gets a
layer's memory where it expects keys, and hands that to the attention function that is registered here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

    KeysAndValues = tuple[torch.Tensor, torch.Tensor]

NAME = "lakewheel"


def register_attention() -> None:
    """Make this attention known to transformers; without a mask function, so that none is computed."""
    from transformers import AttentionInterface

    AttentionInterface.register(NAME, _attend)


def _attend(
    module: Any, query: torch.Tensor, memory: Any, _: None, __: Any = None, *, scaling: float, **___: Any
) -> tuple[torch.Tensor, None]:
    attended = memory.attend(query[0] * scaling)
    return attended.transpose(0, 1)[None], None


@dataclass(frozen=True)
class Layer:
    """One layer's view of a pass; what attention receives in place of keys."""

    of: PackedPass | Any
    number: int

    def attend(self, query: torch.Tensor) -> torch.Tensor:
        return self.of.attend(self.number, query)


@dataclass
class PackedPass:
    """A forward over whole texts: each sees the shared beginning and, by its mask, itself; never another text."""

    lengths: Sequence[int]
    shared: Sequence[KeysAndValues] = ()
    masks: Sequence[torch.Tensor] | None = None
    """Who sees whom inside each text; causal where there is none."""
    keys: list[torch.Tensor] = field(default_factory=list)
    values: list[torch.Tensor] = field(default_factory=list)

    def update(self, keys: torch.Tensor, values: torch.Tensor, layer: int, *_: Any, **__: Any) -> tuple[Layer, None]:
        self.keys.append(keys[0])
        self.values.append(values[0])
        return Layer(self, layer), None

    def attend(self, layer: int, query: torch.Tensor) -> torch.Tensor:
        """Query, and the result, are heads by tokens by width."""
        import torch

        keys, values = self.keys[layer].split(list(self.lengths), 1), self.values[layer].split(list(self.lengths), 1)
        parts = []
        for number, part in enumerate(query.split(list(self.lengths), 1)):
            own = (keys[number], values[number])
            k, v = [torch.cat(pair, 1) for pair in zip(self.shared[layer], own, strict=True)] if self.shared else own
            mask = self._mask(number, k.shape[1], query.device)
            attended = torch.nn.functional.scaled_dot_product_attention(
                part[None], k[None], v[None], attn_mask=mask, scale=1.0, enable_gqa=True
            )
            parts.append(attended[0])
        return torch.cat(parts, 1)

    def _mask(self, number: int, seen: int, device: torch.device) -> torch.Tensor:
        import torch

        length = self.lengths[number]
        own = self.masks[number] if self.masks else torch.ones(length, length, dtype=torch.bool, device=device).tril()
        return torch.nn.functional.pad(own, (seen - length, 0), value=True)

    def of_text(self, number: int, layer: int) -> KeysAndValues:
        """What one text left behind in a layer."""
        start = sum(self.lengths[:number])
        end = start + self.lengths[number]
        return self.keys[layer][:, start:end], self.values[layer][:, start:end]
