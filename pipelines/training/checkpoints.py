"""Checkpoints that can be trusted: one counts only once its manifest lists every file with its SHA-256."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path
from typing import Any

from lakehouse.faults import fault_point
from lakehouse.identity import file_digest
from lakehouse.settled import settle_json
from lakehouse.storage_errors import disk_errors_said_plainly
from pipelines.training.world import World

logger = logging.getLogger(__name__)

MANIFEST = "manifest.json"
KEPT = 2
COURSE = "course"


class CheckpointUnfit(RuntimeError):
    """A checkpoint that this training cannot go on from."""


def save_checkpoint(engine: Any, folder: Path, step: int, state: dict[str, Any], world: World) -> None:
    """Write a checkpoint; all ranks call this, and the first one seals it when all are done."""
    name = f"step-{step:08d}"
    with disk_errors_said_plainly(folder.parent):
        engine.save_checkpoint(
            str(folder), name, client_state={COURSE: state}, save_latest=False, exclude_frozen_parameters=True
        )
        world.wait()
        if world.leads:
            fault_point("training.before_manifest")
            _seal(folder / name, world)
            _forget(folder)
    world.wait()
    fault_point("training.after_checkpoint")


def load_checkpoint(engine: Any, folder: Path, world: World) -> dict[str, Any] | None:
    """Go on from the newest checkpoint that is whole; None where there is none."""
    for found in _newest_first(folder):
        if not _is_whole(found):
            logger.warning("%s is not what its manifest says, and an earlier one is taken", found.name)
            continue
        ranks = json.loads((found / MANIFEST).read_text())["ranks"]
        if ranks != world.ranks:
            raise CheckpointUnfit(
                f"expected a checkpoint of {world.ranks} ranks in {folder}, and it was written by {ranks}. Go on with "
                f"ranks: {ranks}, or delete the folder and begin anew."
            )
        path, state = engine.load_checkpoint(str(folder), found.name, load_module_strict=False)
        if path is None:  # which is how DeepSpeed says that it loaded nothing
            raise CheckpointUnfit(f"DeepSpeed could not load {found}. Delete it, and run again.")
        return dict(state[COURSE])
    return None


def _seal(checkpoint: Path, world: World) -> None:
    files = [file for file in sorted(checkpoint.rglob("*")) if file.is_file() and file.name != MANIFEST]
    listed = {str(file.relative_to(checkpoint)): file_digest(file) for file in files}
    settle_json(checkpoint / MANIFEST, {"ranks": world.ranks, "files": listed})


def _is_whole(checkpoint: Path) -> bool:
    try:
        listed = json.loads((checkpoint / MANIFEST).read_text())["files"]
        return all(file_digest(checkpoint / name) == digest for name, digest in listed.items())
    except (OSError, ValueError, KeyError):
        return False


def _newest_first(folder: Path) -> list[Path]:
    return sorted((one for one in folder.glob("step-*") if (one / MANIFEST).is_file()), reverse=True)


def _forget(folder: Path) -> None:
    """Only the newest ones are kept, and nothing that was never finished."""
    kept = set(_newest_first(folder)[:KEPT])
    for one in folder.glob("step-*"):
        if one not in kept:
            shutil.rmtree(one)
