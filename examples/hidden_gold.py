"""What the generator knows to be right, for measuring alone: held-out answers, and answers that were drawn."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from statistics import fmean
from typing import Any

from pipelines.overlap import token_overlap

Row = Mapping[str, Any]


def golds_by_log_id(folder: Path) -> dict[str, str]:
    """The right answer to each logged request that has one, by the id that stands in the log."""
    with (folder / "truth" / "gold.jsonl").open() as lines:
        return {row["request_id"]: row["answer"] for row in map(json.loads, lines)}


def write_held_out(asked: Iterable[Row], golds: Mapping[str, str], file: Path) -> int:
    """Gold answers to rows with workload, prompt and id, as `lakewheel ratings take` reads them; how many."""
    known = {row["prompt"]: (row["workload"], golds[row["id"]]) for row in asked if row["id"] in golds}
    rows = [
        {"workload": workload, "prompt": prompt, "answer": answer, "gold": True}
        for prompt, (workload, answer) in sorted(known.items())
    ]
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return len(rows)


@dataclass(frozen=True)
class Headroom:
    """What choosing among drawn answers comes to, by overlap with the hidden gold."""

    prompts: int
    mean: float
    chosen: float
    """Of the answer with the highest combined score."""
    best: float
    """Of a perfect choice."""


def headroom(drawn: Sequence[Row], golds: Mapping[str, str]) -> Headroom | None:
    """Of rows with prompt_id, id, answer and score; None where no gold is known to any of them."""
    by_prompt: dict[str, list[tuple[float, float]]] = {}
    for row in drawn:
        if row["id"] in golds and row["score"] is not None:
            overlap = token_overlap(row["answer"], golds[row["id"]])
            by_prompt.setdefault(row["prompt_id"], []).append((row["score"], overlap))
    if not by_prompt:
        return None
    groups = list(by_prompt.values())
    return Headroom(
        len(groups),
        fmean(fmean(overlap for _, overlap in group) for group in groups),
        fmean(max(group, key=itemgetter(0))[1] for group in groups),
        fmean(max(overlap for _, overlap in group) for group in groups),
    )
