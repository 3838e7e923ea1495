"""Starting a job: in this process, by torchrun on this machine, or by Ray Train on a cluster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path

from conf import RaySettings
from conf.training import TrainingSettings
from pipelines.training.job import METRICS, Job, Outcome, TrainingHalted, halt_in, outcome_in
from pipelines.training.worker import Watch, train

LAST_LINES = 12
SECONDS_TO_END = 60


class TrainingFailed(RuntimeError):
    """The processes that trained ended without a result."""


def launch(job: Job, watch: Watch = lambda step, steps, figures: None) -> Outcome:
    """Train what the job says, or go on where it was killed; what is finished is not done again."""
    found = outcome_in(job.folder)
    if found:
        return found
    job.write()
    kind = job.settings.launcher
    if kind == "process":
        with _own_cores():
            return train(job.folder, watch)
    if kind == "torchrun":
        _run_torchrun(job)
    else:
        _run_ray(job)
    found = outcome_in(job.folder)
    halt = halt_in(job.folder)
    if found is None and halt:
        raise TrainingHalted(halt)
    if found is None:
        raise TrainingFailed(f"the training in {job.folder} ended without an outcome. Run the step again: it goes on.")
    _replay(job.folder / METRICS, found.steps, watch)
    return found


@contextmanager
def _own_cores() -> Iterator[None]:
    """All cores for one rank, and what was before afterwards."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _run_torchrun(job: Job) -> None:
    ranks = job.settings.ranks
    cores = max(1, (os.cpu_count() or 1) // ranks)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(ranks)]
    command += ["-m", "pipelines.training.worker", str(job.folder)]
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {**os.environ, "OMP_NUM_THREADS": str(cores), "PYTHONPATH": paths}
    log = job.folder / "torchrun.log"
    with log.open("w") as lines:
        code = _ended(subprocess.Popen(command, env=environment, stdout=lines, stderr=subprocess.STDOUT))
    if code:
        said = "\n".join(log.read_text().splitlines()[-LAST_LINES:])
        raise TrainingFailed(
            f"expected {ranks} ranks to train, and they ended with {code}; {log} has all that they said. "
            f"Run the step again: it goes on from the last checkpoint. The end of the log:\n{said}"
        )


def _ended(launcher: subprocess.Popen[bytes]) -> int:
    """How it ended; whoever is interrupted meanwhile ends it first, and it ends its ranks."""
    try:
        return launcher.wait()
    except BaseException:
        launcher.terminate()
        launcher.wait(SECONDS_TO_END)
        raise


def ray_if_wanted(training: TrainingSettings, ray: RaySettings) -> AbstractContextManager[object]:
    """The cluster of the settings while a training runs on Ray; the other launchers want none."""
    from pipelines.crew.cluster import ray_cluster

    return ray_cluster(ray) if training.launcher == "ray" else nullcontext()


def _run_ray(job: Job) -> None:
    """Ray Train restarts all ranks where one dies; each attempt goes on from the last checkpoint."""
    import ray
    from ray.train import FailureConfig, RunConfig, ScalingConfig
    from ray.train.torch import TorchTrainer

    from pipelines.crew.resting import dismiss_resting

    dismiss_resting()
    has_accelerators = ray.cluster_resources().get("GPU", 0) > 0
    trainer = TorchTrainer(
        _ray_rank,
        train_loop_config={"folder": str(job.folder)},
        scaling_config=ScalingConfig(num_workers=job.settings.ranks, use_gpu=has_accelerators),
        run_config=RunConfig(storage_path=str(job.folder / "ray"), failure_config=FailureConfig(max_failures=3)),
    )
    trainer.fit()


def _ray_rank(config: dict[str, str]) -> None:
    with suppress(TrainingHalted):
        train(Path(config["folder"]))


def _replay(metrics: Path, steps: int, watch: Watch) -> None:
    """Tell what other processes wrote down."""
    for line in metrics.read_text().splitlines():
        figures = json.loads(line)
        watch(figures.pop("step"), steps, figures)
