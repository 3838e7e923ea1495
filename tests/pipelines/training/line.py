"""The smallest thing that can be learned, a line through points; what the worker does is seen without waiting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conf.training import TrainingSettings
from pipelines.training.job import Job
from pipelines.training.sealed import seal
from pipelines.training.task import Example, Loss, Unit

STEEP = "steep"


@dataclass(frozen=True)
class LineTask:
    """y = slope * x + height, by least squares."""

    dropout: float = 0.0

    def network(self) -> Any:
        from torch import nn

        return nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Dropout(self.dropout), nn.Linear(8, 1))

    def new_weights(self) -> tuple[str, ...]:
        return ("3",)

    def units(self, examples: Sequence[Example], turn: str | None) -> list[Unit]:
        return [Unit((place,), 1, 1 + place % 3) for place in range(len(examples))]

    def weight(self, example: Example) -> float:
        return float(example["weight"])

    def references(self, network: Any, examples: Sequence[Example], device: Any) -> list[Example] | None:
        return None

    def loss(self, network: Any, examples: Sequence[Example], device: Any) -> Loss:
        import torch

        x, y, weights = (torch.tensor([row[name] for row in examples]).to(device) for name in ("x", "y", "weight"))
        errors = (network(x.unsqueeze(1)).squeeze(1) - y) ** 2 * weights
        if STEEP in (row["example_id"] for row in examples):
            errors = errors + (errors * 0).sqrt()  # no more than before, and no gradient is a number
        return Loss(errors.sum(), {"error": float(errors.detach().sqrt().sum())})

    def save(self, network: Any, folder: Path) -> None:
        from safetensors.torch import save_file

        folder.mkdir(parents=True, exist_ok=True)
        save_file(network.state_dict(), folder / "line.safetensors")


def settings(**changes: Any) -> TrainingSettings:
    """Few steps, quickly."""
    values = {
        "epochs": 3,
        "learning_rate": 0.05,
        "new_weights_factor": 2.0,
        "schedule": "cosine",
        "warmup": 0.1,
        "weight_decay": 0.01,
        "clip": 1.0,
        "examples_per_step": 4,
        "tokens_per_batch": 6,
        "precision": "float32",
        "adapter_rank": None,
        "zero_stage": 0,
        "offload": False,
        "recompute": False,
        "checkpoint_steps": 2,
        "patience": None,
        "most_bad_steps": 1,
        "ranks": 1,
        "launcher": "process",
    }
    return TrainingSettings.model_validate({**values, **changes})


def line_job(folder: Path, task: LineTask = LineTask(), points: Sequence[Example] = (), **changes: Any) -> Job:
    """A job to learn y = 2x + 1 from 20 points, of which 4 are held out; other points are added."""
    import pyarrow

    made = [_point(number, number / 10, number / 5 + 1) for number in range(20)]
    seal(folder / "set", "line", pyarrow.Table.from_pylist([*made, *points]))
    job = Job(folder / "job", folder / "set", 7, settings(**changes), task)
    job.write()
    return job


def _point(number: int, x: float, y: float) -> Example:
    split = "holdout" if number % 5 == 4 else "train"
    return {"example_id": f"p{number:02}", "split": split, "x": x, "y": y, "weight": 1.0 + number % 2}
