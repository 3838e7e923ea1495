"""kill -9 of `lakewheel tao` in one step after the other: run again it goes on, and ends as if nothing had been."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from lakehouse.faults import FAULT_VARIABLE
from tests.jobs.test_tao_story import RULED, SETTINGS, log
from tests.pipelines.engines.tiny import make_tiny_model

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(1500)]
POINTS = (
    "write.after_commit:kill",  # what select writes
    "staging.after_manifest:kill",  # what actors drew
    "generate.after_merge:kill",
    "score.before_merge:kill",
    "training.after_step:kill",
    "evaluate.told:kill",
    "release.decided:kill",
)
COMPARED = {
    "prompts": "prompt_id, workload, split",
    "candidates": "candidate_id, answer",
    "scores": "candidate_id, scorer, value, normalised",
    "policies": "policy_id, kind, model_digest",
    "verdicts": "verdict_id, decision",
}
Wheel = Callable[..., subprocess.CompletedProcess[str]]


def wheel_over(home: Path, model: Path, options: Sequence[str]) -> Wheel:
    """The program over a home, each call in a process of its own."""
    chosen = [part for one in (*SETTINGS, *options, f"model.base={model}") for part in ("--set", one)]

    def call(*words: str, fault: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "jobs.command", "--conf", "test", "--home", str(home), "--json", *chosen]
        told = os.environ | ({FAULT_VARIABLE: fault} if fault else {})
        return subprocess.run([*command, *words], env=told, capture_output=True, text=True, timeout=300, check=False)

    return call


def made_by(wheel: Wheel) -> dict[str, list[Any]]:
    found = {}
    for table, columns in COMPARED.items():
        told = wheel("sql", f"SELECT {columns} FROM {table} ORDER BY ALL")
        found[table] = json.loads(told.stdout)
    return found


def test_a_wheel_killed_in_every_step_ends_as_one_that_was_not(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path / "tiny", spread=0.05)
    wheels = [wheel_over(tmp_path / name, model, RULED) for name in ("undisturbed", "killed")]
    for wheel in wheels:
        taken = wheel("prompts", "take", log(tmp_path / "log.jsonl", range(24)))
        assert taken.returncode == 0, taken.stderr
    undisturbed, killed = wheels
    assert undisturbed("tao", "--round", "1").returncode == 0
    for point in POINTS:
        ended = killed("tao", "--round", "1", fault=point)
        assert ended.returncode == -signal.SIGKILL, f"{point} was not reached: {ended.stdout}{ended.stderr}"
    last = killed("tao", "--round", "1")
    assert last.returncode == 0, last.stderr
    assert "accepted" in last.stdout
    assert made_by(killed) == made_by(undisturbed)
