"""What the examples are under the network as it begins: computed once by all ranks, written down, read on resuming."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lakehouse.faults import fault_point
from lakehouse.settled import settled
from pipelines.training.learning import Bench
from pipelines.training.plan import Step, batches_of
from pipelines.training.task import Example
from pipelines.training.world import World

FILE = "references.parquet"
ID = "example_id"


class ReferencesOfOthers(RuntimeError):
    """What was written down is not about these examples."""


def with_references(bench: Bench, sets: dict[str, list[Example]]) -> dict[str, list[Example]]:
    """The examples of each split with what the task must know of them before learning begins.

    It must be called before a checkpoint is loaded, while the network is as it begins.
    """
    file = bench.job.folder / FILE
    examples = [example for split in sets.values() for example in split]
    if bench.world.gathered([] if file.is_file() else [FILE]):
        found = _found(bench, examples)
        if found is None:
            return sets
        _write(file, found, bench.world)
    known = _read(file, examples)
    return {split: [example | known[example[ID]] for example in those] for split, those in sets.items()}


def _found(bench: Bench, examples: Sequence[Example]) -> list[Example] | None:
    """From every rank what its share of the batches came to; None where the task asks for nothing."""
    import torch

    task, world = bench.job.task, bench.world
    step = Step(-1, batches_of(task.units(examples, turn=None), bench.job.settings.tokens_per_batch))
    bench.engine.eval()
    mine: list[Example] = []
    with torch.no_grad():  # weights that ZeRO 3 gathers in inference mode could not be trained afterwards
        for share in step.shares(world.rank, world.ranks):
            batch = [examples[place] for unit in share for place in unit.places]
            fields = task.references(bench.engine, batch or [examples[0]], world.device)
            if fields is None:
                return None
            mine += [{ID: example[ID], **those} for example, those in zip(batch, fields, strict=False)]
    return world.gathered(mine)


def _write(file: Path, found: list[Example], world: World) -> None:
    import pyarrow
    import pyarrow.parquet

    fault_point("training.before_references")
    if world.leads:
        with settled(file) as unfinished:
            pyarrow.parquet.write_table(pyarrow.Table.from_pylist(found), unfinished, compression="zstd")
    world.wait()


def _read(file: Path, examples: Sequence[Example]) -> dict[Any, Example]:
    import pyarrow.parquet

    known = {row.pop(ID): row for row in pyarrow.parquet.read_table(file).to_pylist()}
    missing = sum(example[ID] not in known for example in examples)
    if missing or len(known) != len(examples):
        raise ReferencesOfOthers(
            f"expected {file} to hold what is known of {len(examples)} examples; it holds {len(known)}, and {missing} "
            "are missing. The set has changed since: delete the folder, and train again."
        )
    return known
