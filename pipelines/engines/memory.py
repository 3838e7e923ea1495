"""What a batch of rows remembers while it is drawn: the shared beginning, each prompt once, and a row's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.engines.attention import Layer, PackedPass

if TYPE_CHECKING:
    import torch

    from pipelines.engines.attention import KeysAndValues

GROWTH = 32


class RowMemory:
    """The memory of a pass in which every row gives one token; rows enter with their prompt and leave one by one."""

    def __init__(self, shared: list[KeysAndValues]) -> None:
        self.shared = shared
        self.prompts: list[KeysAndValues] = []
        self.own: list[KeysAndValues] = []
        self.prompt_lengths: torch.Tensor
        self.lengths: torch.Tensor
        self.prompt_of: torch.Tensor
        self.turn_of: torch.Tensor
        self.rows = 0

    def enter(self, filled: PackedPass, rows_of: list[int]) -> None:
        """Take in prompts that were just read, each with so many rows."""
        import torch

        device = filled.keys[0].device
        there = 0 if not self.rows else len(self.prompt_lengths)
        lengths = torch.tensor(list(filled.lengths), device=device)
        prompt_of = torch.arange(len(rows_of), device=device).repeat_interleave(torch.tensor(rows_of, device=device))
        turn_of = torch.cat([torch.arange(rows, device=device) for rows in rows_of])
        empty = torch.zeros(len(prompt_of), dtype=torch.long, device=device)
        self.prompts = [self._with_prompts(layer, filled) for layer in range(len(filled.keys))]
        self.own = [self._with_rows(layer, filled, len(prompt_of)) for layer in range(len(filled.keys))]
        if self.rows:
            lengths, prompt_of = (
                torch.cat([self.prompt_lengths, lengths]),
                torch.cat([self.prompt_of, prompt_of + there]),
            )
            turn_of, empty = torch.cat([self.turn_of, turn_of]), torch.cat([self.lengths, empty])
        self.prompt_lengths, self.prompt_of, self.turn_of, self.lengths = lengths, prompt_of, turn_of, empty
        self.rows = len(prompt_of)
        self._masks()

    def keep(self, rows: torch.Tensor) -> None:
        """Only these rows go on; prompts without rows are forgotten."""
        import torch

        prompts, self.prompt_of = torch.unique(self.prompt_of[rows], return_inverse=True)
        self.prompt_lengths = self.prompt_lengths[prompts]
        self.turn_of, self.lengths, self.rows = self.turn_of[rows], self.lengths[rows], len(rows)
        longest = int(self.prompt_lengths.max()) if self.rows else 0
        self.prompts = [(k[prompts, :, :longest], v[prompts, :, :longest]) for k, v in self.prompts]
        self.own = [(k[rows], v[rows]) for k, v in self.own]
        if self.rows:
            self._masks()

    def begin_step(self) -> None:
        """Make room for one more token in every row."""
        import torch

        longest = int(self.lengths.max()) + 1
        if longest > self.own[0][0].shape[2]:
            pad = (0, 0, 0, GROWTH)
            self.own = [(torch.nn.functional.pad(k, pad), torch.nn.functional.pad(v, pad)) for k, v in self.own]
        self.longest = longest
        places = torch.arange(longest, device=self.lengths.device)
        self.own_hidden = (places[None] > self.lengths[:, None])[:, None, None]

    def end_step(self) -> None:
        self.lengths = self.lengths + 1

    def update(self, keys: torch.Tensor, values: torch.Tensor, layer: int, *_: Any, **__: Any) -> tuple[Layer, None]:
        import torch

        rows = torch.arange(self.rows, device=keys.device)
        for kept, came in zip(self.own[layer], (keys, values), strict=True):
            kept[rows, :, self.lengths] = came[0].transpose(0, 1)
        return Layer(self, layer), None

    def attend(self, layer: int, query: torch.Tensor) -> torch.Tensor:
        """One softmax over all that a row sees: the shared beginning, its prompt, and its own words."""
        import torch

        (keys, values), (own_keys, own_values) = self.prompts[layer], self.own[layer]
        own_keys, own_values = own_keys[:, :, : self.longest], own_values[:, :, : self.longest]
        heads = keys.shape[1]
        asked = query.unflatten(0, (heads, -1)).permute(2, 0, 1, 3)  # rows, heads, group, width
        seen = [self._by_prompt(asked, keys.transpose(2, 3)).masked_fill(self.prompt_hidden, float("-inf"))]
        seen += [(asked @ own_keys.transpose(2, 3)).masked_fill(self.own_hidden, float("-inf"))]
        if self.shared:
            seen += [_by_all(asked, self.shared[layer][0].transpose(1, 2))]
        weights = torch.cat(seen, -1).softmax(-1, dtype=torch.float32).to(query.dtype)
        of_prompt, of_own, *of_shared = weights.split([part.shape[-1] for part in seen], -1)
        out = self._by_prompt(of_prompt, values) + of_own @ own_values
        if self.shared:
            out = out + _by_all(of_shared[0], self.shared[layer][1])
        return out.flatten(1, 2).transpose(0, 1)

    def _by_prompt(self, rows: torch.Tensor, of_prompts: torch.Tensor) -> torch.Tensor:
        """Rows times their prompt's matrix, with all rows of a prompt in one product."""
        prompts, heads, _, width = of_prompts.shape
        group = rows.shape[2]
        spread = rows.new_zeros(prompts, heads, self.turns, group, rows.shape[-1])
        spread[self.prompt_of, :, self.turn_of] = rows
        product = spread.flatten(2, 3) @ of_prompts
        return product.view(prompts, heads, self.turns, group, width)[self.prompt_of, :, self.turn_of]

    def _with_prompts(self, layer: int, filled: PackedPass) -> KeysAndValues:
        import torch

        texts = [filled.of_text(number, layer) for number in range(len(filled.lengths))]
        there = [(k, v) for k, v in zip(*self.prompts[layer], strict=True)] if self.rows else []
        longest = max(k.shape[1] for k, _ in [*there, *texts])
        padded = [
            [torch.nn.functional.pad(part, (0, 0, 0, longest - part.shape[1])) for part in pair]
            for pair in [*there, *texts]
        ]
        return torch.stack([k for k, _ in padded]), torch.stack([v for _, v in padded])

    def _with_rows(self, layer: int, filled: PackedPass, rows: int) -> KeysAndValues:
        import torch

        heads, _, width = filled.keys[layer].shape
        space = self.own[layer][0].shape[2] if self.rows else GROWTH
        fresh = filled.keys[layer].new_zeros(2, rows, heads, space, width)
        if not self.rows:
            return fresh[0], fresh[1]
        keys, values = self.own[layer]
        return torch.cat([keys, fresh[0]]), torch.cat([values, fresh[1]])

    def _masks(self) -> None:
        import torch

        self.turns = int(self.turn_of.max()) + 1
        places = torch.arange(self.prompts[0][0].shape[2], device=self.prompt_of.device)
        self.prompt_hidden = (places[None] >= self.prompt_lengths[self.prompt_of][:, None])[:, None, None]


def _by_all(rows: torch.Tensor, shared: torch.Tensor) -> torch.Tensor:
    """Rows times the one matrix of each head that all of them share."""
    count, heads, group, _ = rows.shape
    product = rows.transpose(0, 1).flatten(1, 2) @ shared
    return product.view(heads, count, group, -1).transpose(0, 1)
