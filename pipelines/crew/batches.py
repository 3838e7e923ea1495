"""A batch of pieces of work, how it is cut when it fails, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lakehouse.identity import identity

MOST_TRIES = 3
PARTS = 4


@dataclass(frozen=True)
class Batch:
    """Pieces that are worked on together; `names` is what each of them is known by."""

    pieces: tuple[Any, ...]
    names: tuple[str, ...]
    tries: int = 0

    @property
    def name(self) -> str:
        """A function of its pieces, so that a retry replaces what an earlier try left."""
        return identity(*self.names)

    def after_failure(self) -> list[Batch]:
        """First in parts, at last every piece alone; nothing after that."""
        if self.tries + 1 >= MOST_TRIES:
            return []
        alone = self.tries + 2 == MOST_TRIES
        size = 1 if alone else -(-len(self.pieces) // PARTS)
        return [
            replace(
                self,
                pieces=self.pieces[start : start + size],
                names=self.names[start : start + size],
                tries=self.tries + 1,
            )
            for start in range(0, len(self.pieces), size)
        ]


@dataclass(frozen=True)
class Done:
    """A batch that was worked through, and what its actor returned."""

    batch: Batch
    result: Any
    seconds: float


@dataclass(frozen=True)
class Lost:
    """A piece that was given up, with a word for counting and a sentence."""

    piece: Any
    reason: str
    detail: str


def lost(batch: Batch, reason: str, detail: str) -> Sequence[Lost]:
    """What is left of a batch after its last try."""
    return [Lost(piece, reason, f"{detail} It was tried {MOST_TRIES} times.") for piece in batch.pieces]
