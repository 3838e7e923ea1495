"""What each stage of ZeRO saves: the most memory that a rank holds while a whole model is tuned, stage by stage.

python -m benchmarks.zero --data FILE.jsonl.gz [--models .lakewheel/models] [--ranks 2] [--rows 16] [--batch 4]
    [--precision float32] [--method sft]

The file has `prompt` and `completion`. Every stage is a training of its own, started by torchrun on this machine, with
all weights learning and activations calculated again on the way back, so that weights, gradients and the optimiser's
state are most of what is held. Memory is the first rank's, at its height; without an accelerator it is the process's,
the loaded libraries included. The last loss must not depend on the stage.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path

from benchmarks.tuning_peer import rows_of, seal_rows
from conf import load_settings
from pipelines.models.embedded import embedded_model
from pipelines.training.job import METRICS, Job
from pipelines.training.launch import launch
from pipelines.tune.task import task_of

STAGES = ((0, False), (1, False), (2, False), (2, True), (3, False))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--models", type=Path, default=Path(".lakewheel/models"))
    asked.add_argument("--method", default="sft")
    asked.add_argument("--precision", default="float32")
    for name, default in (("ranks", 2), ("rows", 16), ("batch", 4)):
        asked.add_argument(f"--{name}", type=int, default=default)
    told = asked.parse_args()
    base = embedded_model(told.models)
    with tempfile.TemporaryDirectory() as folder:
        seal_rows(Path(folder, "set"), rows_of(told.data, base, told.rows, most_tokens=512))
        for ranks, (stage, offload) in [(1, STAGES[0]), *((told.ranks, one) for one in STAGES)]:
            changes = {
                "epochs": 1,
                "learning_rate": 1e-5,
                "adapter_rank": "null",
                "examples_per_step": told.batch,
                "precision": told.precision,
                "recompute": "true",
                "launcher": "torchrun",
                "ranks": ranks,
                "zero_stage": stage,
                "offload": str(offload).lower(),
            }
            overrides = [f"tune.training.{name}={value}" for name, value in changes.items()]
            settings = load_settings(overrides=[f"tune.method={told.method}", *overrides]).settings.tune
            job = Job(
                Path(folder, f"{ranks}-{stage}-{offload}"),
                Path(folder, "set"),
                7,
                settings.training,
                task_of(settings, base),
            )
            outcome = launch(job)
            last = json.loads((job.folder / METRICS).read_text().splitlines()[-1])
            print(
                f"{ranks} ranks, stage {stage}{', offloaded' if offload else ''}: {outcome.gigabytes:.2f} GB at most, "
                f"{outcome.tokens / outcome.seconds:.0f} tokens a second, last loss {last['loss']:.4f}",
                flush=True,
            )
            shutil.rmtree(job.folder)  # two gigabytes of checkpoints


if __name__ == "__main__":
    main()
