"""What an actor does: draw a batch, stage its rows and its refusals, and tell how much that was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lakehouse.rejections import Rejection
from lakehouse.staging import stage_part
from pipelines.crew.batches import Batch
from pipelines.crew.worked import Worked, tallied
from pipelines.engines.protocol import Engine, Refusal, Unasked
from pipelines.generate.asking import Drawn, Piece, ask, seed_of, tokens_of


@dataclass(frozen=True)
class DrawerMaker:
    """Makes the drawer inside an actor, where its engine loads the model."""

    make_engine: Callable[[], Engine]
    folder: Path
    policy_id: str
    run_id: str
    round: int
    reference: bool

    def __call__(self) -> Drawer:
        return Drawer(self.make_engine(), self)


class Drawer:
    """An engine, and where its answers are staged."""

    def __init__(self, engine: Engine, told: DrawerMaker) -> None:
        self.engine, self.told = engine, told

    def __call__(self, batch: Batch) -> Worked:
        drawn = ask(self.engine, batch.pieces, self.told.reference)
        answered = [one for one in drawn if one.refusal is None]
        rows = [self.row(one) for one in answered]
        part = stage_part(self.told.folder, "candidates", batch.name, rows) if rows else None
        return Worked(
            part,
            len(rows),
            tuple(
                rejection(one.piece, one.candidate_id, one.refusal.reason, one.refusal.detail)
                for one in drawn
                if isinstance(one.refusal, Refusal)
            ),
            sum(isinstance(one.refusal, Unasked) for one in drawn),
            tallied((one.piece.way.workload, one.spent) for one in drawn),
        )

    def row(self, one: Drawn) -> dict[str, Any]:
        """A row of the table candidates."""
        counted, way = tokens_of(one), one.piece.way
        return {
            "candidate_id": one.candidate_id,
            "policy_id": self.told.policy_id,
            "prompt_id": one.piece.prompt_id,
            "strategy": way.name,
            "strategy_digest": way.digest,
            "sample_index": one.piece.sample_indexes[one.number],
            "round": self.told.round,
            "answer": counted.text,
            "trace": one.trace,
            "finish_reason": counted.finish_reason,
            "prompt_tokens": counted.prompt_tokens,
            "answer_tokens": counted.answer_tokens,
            "log_probability": one.log_probability,
            "seed": seed_of(one.candidate_id),
            "engine": self.engine.name,
            "model_digest": self.engine.model_digest,
            "run_id": self.told.run_id,
        }


def rejection(piece: Piece, candidate_id: str, reason: str, detail: str) -> Rejection:
    """A candidate that will not be, said so that its prompt and strategy can be found."""
    return Rejection(candidate_id, reason, f"{detail} Prompt {piece.prompt_id}, strategy {piece.way.name}.")
