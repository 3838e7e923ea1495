"""A rank that is killed, a disk that fills, another number of ranks: the training says so, and goes on when it can."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from conf import Resolved
from lakehouse.faults import FAULT_VARIABLE
from lakehouse.identity import file_digest
from lakehouse.storage_errors import StorageError
from pipelines.crew.cluster import ray_cluster
from pipelines.training.checkpoints import CheckpointUnfit
from pipelines.training.job import CHECKPOINTS, METRICS, Job, read_job
from pipelines.training.launch import TrainingFailed, launch
from pipelines.training.worker import LOCK, TrainingUnderWay, train
from tests.faults.test_full_disk import small_disk
from tests.pipelines.training.line import LineTask, line_job

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(600)]
TWO_RANKS = {"launcher": "torchrun", "ranks": 2}

__all__ = ["small_disk"]


def losses(job: Job) -> list[float]:
    lines = map(json.loads, (job.folder / METRICS).read_text().splitlines())
    return [line.get("loss", line.get("holdout_loss")) for line in lines]


def ranks_of(job: Job) -> list[psutil.Process]:
    """The processes that train it, oldest first, without the one that started them."""
    family = psutil.Process().children(recursive=True)
    ours = [one for one in family if str(job.folder) in one.cmdline() and "torch.distributed.run" not in one.cmdline()]
    return sorted(ours, key=lambda one: one.pid)


def kill_the_second_rank(job: Job) -> None:
    """Once both hang after their third step."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        steps = (job.folder / METRICS).read_text().count("\n") if (job.folder / METRICS).is_file() else 0
        ranks = ranks_of(job)
        if steps >= 2 and len(ranks) == 2:
            return ranks[1].kill()
        time.sleep(0.1)
    for rank in ranks_of(job):
        rank.kill()


def test_a_killed_rank_ends_the_training_and_the_rerun_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    undisturbed, killed = (line_job(tmp_path / name, **TWO_RANKS) for name in ("a", "b"))
    launch(undisturbed)
    monkeypatch.setenv(FAULT_VARIABLE, "training.after_step:hang:3")
    killer = threading.Thread(target=kill_the_second_rank, args=(killed,))
    killer.start()
    with pytest.raises(TrainingFailed, match="expected 2 ranks to train, .* Run the step again"):
        launch(killed)
    killer.join()
    assert ranks_of(killed) == []
    monkeypatch.delenv(FAULT_VARIABLE)
    launch(killed)
    assert len(losses(killed)) == len(losses(undisturbed)) > 12
    assert losses(killed) == pytest.approx(losses(undisturbed), rel=1e-5)


def test_two_trainings_in_one_folder_are_one_too_many(tmp_path: Path) -> None:
    job = line_job(tmp_path)
    with FileLock(job.folder / LOCK), pytest.raises(TrainingUnderWay, match="another process trains there. Wait"):
        train(job.folder)
    assert train(job.folder).steps == 12


def test_another_number_of_ranks_is_refused_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = line_job(tmp_path, LineTask(dropout=0.3))
    environment = os.environ | {
        FAULT_VARIABLE: "training.after_step:kill:4",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    subprocess.run([sys.executable, "-m", "pipelines.training.worker", str(job.folder)], env=environment, check=False)
    manifest = max((job.folder / CHECKPOINTS).glob("step-*")) / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"ranks": 2}))
    with pytest.raises(
        CheckpointUnfit, match="expected a checkpoint of 1 ranks .* written by 2. Go on with ranks: 2, or"
    ):
        train(job.folder)


def test_a_disk_that_fills_at_a_checkpoint_is_said_and_the_rerun_ends_the_same(
    tmp_path: Path, small_disk: Path
) -> None:
    undisturbed, full = line_job(tmp_path / "a"), line_job(small_disk / "b")
    launch(undisturbed)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(4 * 2**20 - 2**12 - sum(one.stat().st_blocks * 512 for one in small_disk.rglob("*"))))
    with pytest.raises(StorageError, match="is full: .*run the command again"):
        train(full.folder)
    ballast.unlink()
    train(full.folder)
    weights = Path("result", "line.safetensors")
    assert file_digest(full.folder / weights) == file_digest(undisturbed.folder / weights)


def test_ray_train_learns_what_one_process_learns(tmp_path: Path, resolved: Resolved) -> None:
    alone, under_ray = line_job(tmp_path / "a"), line_job(tmp_path / "b", launcher="ray", ranks=2)
    launch(alone)
    with ray_cluster(resolved.settings.ray):
        outcome = launch(under_ray)
    assert outcome.steps == read_job(alone.folder).settings.epochs * 4
    assert losses(under_ray) == pytest.approx(losses(alone), rel=1e-4)
