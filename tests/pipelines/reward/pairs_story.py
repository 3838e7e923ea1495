"""Pairs in which the answer that names a colour is better, for a network small enough to learn that while one waits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow

from conf import RewardSettings
from pipelines.reward.encoding import reader_of
from pipelines.reward.examples import example_row
from pipelines.reward.task import RewardTask, task_of
from pipelines.training.job import Job
from pipelines.training.sealed import seal
from tests.pipelines.generate.story import settings_of

QUICK = (
    "reward.training.precision=float32",
    "reward.training.epochs=3",
    "reward.training.learning_rate=0.003",
    "reward.training.examples_per_step=8",
    "reward.training.tokens_per_batch=2048",
    "reward.most_tokens=64",
)
COLOURS, NUMBERS = ("red", "blue", "green", "black"), ("one", "two", "three", "four")


def settings(*overrides: str) -> RewardSettings:
    return settings_of(*QUICK, *overrides).reward


def example(reader: Any, number: int, prompt: str, chosen: str, rejected: str, **more: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": prompt}]
    return example_row(reader, f"e{number:03}", "train", messages, chosen, rejected) | more


def colour_job(folder: Path, base: Path, *overrides: str) -> Job:
    """64 prompts, a fourth of them held out."""
    wanted = settings(f"reward.base={base}", *overrides)
    reader = reader_of(str(base), wanted.most_tokens)
    rows = [
        example(
            reader,
            number,
            f"Say {number}",
            f"it is {COLOURS[number % 4]}",
            f"it is {NUMBERS[number % 3]}",
            split="holdout" if number % 4 == 0 else "train",
        )
        for number in range(64)
    ]
    seal(folder / "set", "colours", pyarrow.Table.from_pylist(rows))
    task: RewardTask = task_of(wanted, base)
    return Job(folder / "job", folder / "set", 7, wanted.training, task)
