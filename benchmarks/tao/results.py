"""Results: one JSON file for each task, seed and arm, with the figure and the answer of every held-out prompt."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.tao.homes import write_whole


class MadeOtherwise(ValueError):
    """Results that were made with other sizes or settings lie where new ones are to be put."""


@dataclass(frozen=True)
class Result:
    """What an arm came to."""

    task: str
    seed: int
    arm: str
    made_with: Mapping[str, Any]
    """The sizes and settings: results are compared only where these are the same."""
    prompts: Sequence[Mapping[str, Any]]
    """prompt_id, value and answer of each held-out prompt."""
    told: Mapping[str, Any]
    seconds: float

    @property
    def values(self) -> dict[str, float]:
        """The metric by prompt."""
        return {str(one["prompt_id"]): float(one["value"]) for one in self.prompts}


@dataclass(frozen=True)
class Shelf:
    """The folder of results, all made alike."""

    folder: Path
    made_with: Mapping[str, Any]

    def file(self, task: str, seed: int, arm: str) -> Path:
        return self.folder / task / str(seed) / f"{arm}.json"

    def put(self, result: Result) -> None:
        """Whole or not at all."""
        write_whole(
            self.file(result.task, result.seed, result.arm), json.dumps(asdict(result), ensure_ascii=False, indent=1)
        )

    def get(self, task: str, seed: int, arm: str) -> Result | None:
        """None where it is not there yet."""
        file = self.file(task, seed, arm)
        if not file.is_file():
            return None
        found = Result(**json.loads(file.read_text()))
        if found.made_with != self.made_with:
            raise MadeOtherwise(
                f"expected results made with {json.dumps(self.made_with)}, and {file} was made with "
                f"{json.dumps(found.made_with)}. Ask for the same again, or name another --home."
            )
        return found

    def every(self) -> list[Result]:
        """All that are there, in order of their places."""
        places = [file.relative_to(self.folder).with_suffix("").parts for file in self.folder.glob("*/*/*.json")]
        found = [self.get(task, int(seed), arm) for task, seed, arm in sorted(places)]
        return [one for one in found if one is not None]
