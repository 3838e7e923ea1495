"""Several ranks learn what one does, and a training that was killed outright ends as if it had not been."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lakehouse.faults import FAULT_VARIABLE
from lakehouse.identity import file_digest
from pipelines.training.job import METRICS, Job
from pipelines.training.launch import launch
from pipelines.tune.network import ADAPTER
from tests.pipelines.engines.tiny import make_tiny_model
from tests.pipelines.tune.tune_story import tune_job

pytestmark = pytest.mark.slow

WEIGHTS = Path("result", ADAPTER, "adapter_model.safetensors")
HOW = ("tune.training.epochs=2", "tune.training.checkpoint_steps=2", "tune.training.tokens_per_batch=64")
TWO_RANKS = ("tune.training.launcher=torchrun", "tune.training.ranks=2")
SHARDINGS = {
    "nothing": ("tune.training.zero_stage=0",),
    "the optimiser": ("tune.training.zero_stage=1",),
    "gradients": ("tune.training.zero_stage=2",),
    "gradients, with the optimiser elsewhere": ("tune.training.zero_stage=2", "tune.training.offload=true"),
    "weights": ("tune.training.zero_stage=3",),
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny"), spread=0.1)


def losses(job: Job) -> list[float]:
    lines = [json.loads(line) for line in (job.folder / METRICS).read_text().splitlines()]
    return [line.get("loss", line.get("holdout_loss")) for line in lines]


def run_worker(job: Job, fault: str | None) -> int:
    """The worker in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    environment.pop(FAULT_VARIABLE, None)
    if fault:
        environment[FAULT_VARIABLE] = fault
    command = [sys.executable, "-m", "pipelines.training.worker", str(job.folder)]
    return subprocess.run(command, env=environment, capture_output=True).returncode


@pytest.mark.timeout(900)
@pytest.mark.parametrize("sharded", SHARDINGS)
@pytest.mark.parametrize("method", ["sft", "dpo"])
def test_two_ranks_lose_what_one_loses(tmp_path: Path, base: Path, method: str, sharded: str) -> None:
    """To five digits: sums of float32 gradients come in another order."""
    one = tune_job(tmp_path / "one", base, method, *HOW)
    two = tune_job(tmp_path / "two", base, method, *HOW, *TWO_RANKS, *SHARDINGS[sharded])
    alone, together = launch(one), launch(two)
    assert len(losses(one)) == len(losses(two)) > 4
    assert losses(two) == pytest.approx(losses(one), rel=1e-5, abs=1e-5)
    assert (together.steps, together.tokens) == (alone.steps, alone.tokens)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("method", ["sft", "dpo", "grpo"])
def test_a_training_that_was_killed_ends_with_the_same_bits(tmp_path: Path, base: Path, method: str) -> None:
    undisturbed, killed = (tune_job(tmp_path / name, base, method, *HOW) for name in ("a", "b"))
    assert run_worker(undisturbed, None) == 0
    assert run_worker(killed, "training.after_step:kill:3") == -signal.SIGKILL
    assert not (killed.folder / WEIGHTS).exists()
    assert run_worker(killed, None) == 0
    assert file_digest(killed.folder / WEIGHTS) == file_digest(undisturbed.folder / WEIGHTS)
    assert losses(killed) == losses(undisturbed)
