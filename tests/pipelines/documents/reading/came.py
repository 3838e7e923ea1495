"""What became of a file, in short."""

from __future__ import annotations

from lakehouse.rejections import Rejection
from pipelines.pieces import Piece


def reasons(pieces: list[Piece]) -> list[str]:
    """Row, or why there is none, one for each piece."""
    return [piece.reason if isinstance(piece, Rejection) else "row" for piece in pieces]
