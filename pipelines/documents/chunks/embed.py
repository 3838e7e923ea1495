"""Passages as vectors: Ray actors that each hold the encoder, and stage what they have embedded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from conf import ChunkSettings, RaySettings
from lakehouse.rejections import Rejection
from lakehouse.staging import Part, list_parts, stage_part
from pipelines.crew.batches import Batch, Lost
from pipelines.crew.cluster import ray_cluster
from pipelines.crew.crew import Crew
from pipelines.models.encoder import MOST_TOKENS, embedded, encoder_digest, encoder_tokens

TABLE = "chunks"
SPECIAL_TOKENS = 3
"""The marks around a passage, and one more for the line between heading and passage."""
WAVE = 50_000
"""So many passages are in the driver's memory at once."""

Row = dict[str, Any]
Watch = Callable[[int], None]


@dataclass(frozen=True)
class EmbedderMaker:
    """Makes what embeds inside an actor."""

    folder: Path
    with_heading: bool

    def __call__(self) -> Embedder:
        return Embedder(self.folder, self.with_heading)


class Embedder:
    """Embeds a batch of rows, and stages them with their vectors."""

    def __init__(self, folder: Path, with_heading: bool) -> None:
        self.folder, self.with_heading = folder, with_heading

    def __call__(self, batch: Batch) -> Part:
        return stage_part(self.folder, TABLE, batch.name, embedded_rows(batch.pieces, self.with_heading))


def embedded_rows(rows: Sequence[Row], with_heading: bool) -> list[Row]:
    """The rows with their vectors, and by whom these are."""
    vectors = embedded([embedded_text(row, with_heading) for row in rows])
    digest = encoder_digest()
    made = zip(rows, vectors, strict=True)
    return [{**row, "embedding": vector, "encoder_digest": digest} for row, vector in made]


def embedded_text(row: Row, with_heading: bool) -> str:
    """What the encoder reads: the passage, below as much of the end of its headings as there is room for."""
    heading = row["heading"] if with_heading else None
    room = MOST_TOKENS - SPECIAL_TOKENS - row["tokens"]
    if not heading or room <= 0:
        return str(row["text"])
    offsets = encoder_tokens().encode(heading, add_special_tokens=False).offsets
    shown = heading if len(offsets) <= room else heading[offsets[-room][0] :]
    return f"{shown}\n{row['text']}"


def embed_staged(
    waiting: Iterable[Row], folder: Path, settings: ChunkSettings, ray: RaySettings, watch: Watch
) -> list[Rejection]:
    """Let a crew embed rows and list what it staged; returns what was given up."""
    lost: list[Lost] = []
    done = 0
    with ray_cluster(ray) as crewing:
        for wave in _waves(waiting):
            crew = Crew(EmbedderMaker(folder, settings.with_heading), crewing, ray, None)
            for outcome in crew.work(batches_of(wave, settings.chunks_per_batch)):
                if isinstance(outcome, Lost):
                    lost.append(outcome)
                    continue
                list_parts(folder, TABLE, [outcome.result])
                done += outcome.result.rows
                watch(done)
    return [Rejection(one.piece["chunk_id"], one.reason, one.detail) for one in lost]


def batches_of(rows: Sequence[Row], size: int) -> list[Batch]:
    """Rows of like length together, so that none waits for a longer one."""
    ordered = sorted(rows, key=lambda row: (row["tokens"], row["chunk_id"]))
    parts = [tuple(ordered[start : start + size]) for start in range(0, len(ordered), size)]
    return [Batch(part, tuple(row["chunk_id"] for row in part)) for part in parts]


def _waves(rows: Iterable[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while wave := list(islice(remaining, WAVE)):
        yield wave
