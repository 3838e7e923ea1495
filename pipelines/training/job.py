"""A job for the worker: what to train, on which examples, how; as JSON, so that any launcher can hand it over."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from conf.training import TrainingSettings
from lakehouse.settled import settle_json
from pipelines.training.task import Task

FILE = "job.json"
CHECKPOINTS, METRICS, BEST, RESULT, OUTCOME = "checkpoints", "metrics.jsonl", "best", "result", "outcome.json"
HALTED = "halted.json"


@dataclass(frozen=True)
class Job:
    """One training; its folder holds the job, checkpoints, figures and at last the result."""

    folder: Path
    examples: Path
    seed: int
    settings: TrainingSettings
    task: Task
    most_tokens: int | None = None
    """After how many tokens no further step begins, those of earlier runs included; None for no limit."""
    most_seconds: float | None = None
    """The same in seconds."""

    @property
    def result(self) -> Path:
        """Where the trained network will be."""
        return self.folder / RESULT

    def write(self) -> None:
        """Write the job into its folder."""
        kind = type(self.task)
        said = {
            "examples": str(self.examples),
            "seed": self.seed,
            "settings": self.settings.model_dump(mode="json"),
            "most": [self.most_tokens, self.most_seconds],
            "task": {"kind": f"{kind.__module__}:{kind.__qualname__}", "fields": asdict(self.task)},  # type: ignore[call-overload]
        }
        settle_json(self.folder / FILE, said)


def read_job(folder: Path) -> Job:
    """The job that a folder holds."""
    said = json.loads((folder / FILE).read_text())
    module, _, name = said["task"]["kind"].partition(":")
    task: Any = getattr(import_module(module), name)(**said["task"]["fields"])
    settings = TrainingSettings.model_validate(said["settings"])
    return Job(folder, Path(said["examples"]), said["seed"], settings, task, *said["most"])


@dataclass(frozen=True)
class Outcome:
    """What a training came to."""

    steps: int
    epochs: int
    examples: int
    tokens: int
    seconds: float
    bad_steps: tuple[tuple[str, ...], ...]
    """For each step with batches that had no finite loss, the examples that were passed over."""
    holdout: dict[str, float]
    """Figures on the held-out examples, of the weights that were kept."""
    gigabytes: float = 0.0
    """The most memory that the first rank's process held, on its accelerator where it has one."""

    @property
    def speed(self) -> dict[str, float]:
        """Figures of the whole training, as MLflow names them."""
        speed = self.tokens / max(self.seconds, 1e-9)
        return {"tokens_per_second": speed, "seconds": self.seconds, "gigabytes": self.gigabytes}

    def write(self, folder: Path) -> None:
        """Written last: a folder with an outcome is finished."""
        settle_json(folder / OUTCOME, asdict(self))


def outcome_in(folder: Path) -> Outcome | None:
    """What came of a job, or None where it is not finished."""
    if not (folder / OUTCOME).is_file():
        return None
    said = json.loads((folder / OUTCOME).read_text())
    return Outcome(**{**said, "bad_steps": tuple(tuple(ids) for ids in said["bad_steps"])})


@dataclass(frozen=True)
class Halt:
    """Where a training stands that came to the end of its budget; what it used is that of all of its runs."""

    step: int = 0
    steps: int = 0
    tokens: int = 0
    seconds: float = 0.0

    def write(self, folder: Path) -> None:
        """Beside the checkpoint that it goes on from."""
        settle_json(folder / HALTED, asdict(self))


class TrainingHalted(RuntimeError):
    """A training that stopped between two steps, for its budget is spent; it goes on from there with a larger one."""

    def __init__(self, halt: Halt) -> None:
        super().__init__(f"the training stopped before step {halt.step + 1} of {halt.steps}, for its budget is spent")
        self.halt = halt


def halt_in(folder: Path) -> Halt | None:
    """Where a job was halted last, if ever."""
    file = folder / HALTED
    return Halt(**json.loads(file.read_text())) if file.is_file() else None
