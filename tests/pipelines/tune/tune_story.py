"""Prompts whose good answer names a colour and whose bad one a number, for a network that learns while one waits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow

from conf.tune import TuneSettings
from pipelines.training.job import Job
from pipelines.training.sealed import seal
from pipelines.tune.task import task_of
from tests.pipelines.generate.story import settings_of

QUICK = (
    "tune.training.precision=float32",
    "tune.training.epochs=3",
    "tune.training.learning_rate=0.01",
    "tune.training.examples_per_step=8",
    "tune.training.tokens_per_batch=512",
    "tune.training.adapter_rank=8",
)
COLOURS, NUMBERS = ("red", "blue", "green", "black"), ("one", "two", "three", "four")
PROMPTS, END = 20, 0
METHODS = ("sft", "best_of_n", "dpo", "kto", "grpo")


def settings(*overrides: str) -> TuneSettings:
    return settings_of(*QUICK, *overrides).tune


def tokens_of(text: str) -> list[int]:
    """Some token for each character, as the tiny model has one for each byte."""
    return [ord(character) + 2 for character in text]


def example(number: int, good: str, bad: str | None, advantage: float | None, **more: Any) -> dict[str, Any]:
    """A row of a sealed set; every fifth prompt is held out."""
    prompt = tokens_of(f"Say {number}: ")
    return {
        "example_id": f"e{number:03}{good}",
        "split": "holdout" if number % 5 == 0 else "train",
        "tokens": [*prompt, *tokens_of(good), END],
        "answer_start": len(prompt),
        "rejected_tokens": [*prompt, *tokens_of(bad), END] if bad else None,
        "rejected_start": len(prompt) if bad else None,
        "log_probability": None,
        "rejected_log_probability": None,
        "advantage": advantage,
        "weight": 1.0 + number % 2,
        **more,
    }


def examples_for(method: str) -> list[dict[str, Any]]:
    """What a method learns from: one answer, both as a pair, or each for itself with what it is worth."""
    rows = []
    for number in range(PROMPTS):
        good, bad = COLOURS[number % 4], NUMBERS[number % 3]
        if method in ("kto", "grpo"):
            rows += [example(number, good, None, 1.0), example(number, bad, None, -1.0)]
        else:
            rows.append(example(number, good, bad if method == "dpo" else None, None))
    return rows


def tune_job(folder: Path, base: Path, method: str, *overrides: str, rows: Any = None) -> Job:
    """A job to tune a base by a method on the colours, or on other rows."""
    wanted = settings(f"tune.method={method}", *overrides)
    seal(folder / "set", method, pyarrow.Table.from_pylist(rows or examples_for(method)))
    job = Job(folder / "job", folder / "set", 7, wanted.training, task_of(wanted, base))
    job.write()
    return job
