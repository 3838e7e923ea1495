"""A stream of file names: every file once, also after the checkpoint was lost; tried with Spark's own file source."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from conf import Resolved
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import step_run
from pipelines.discovery import FILES, checkpoint_of, take_stream
from pipelines.files import File
from pipelines.prompts.guard import Guard
from pipelines.prompts.take import STEP, parse_file, reading_of
from pipelines.redaction import Redactor
from pipelines.taking import Taken, new_files, take_files
from tests.lakehouse.rows import stored


class Broken(RuntimeError):
    """What a test's own step raises."""


def line(name: str) -> str:
    return json.dumps({"id": name, "messages": [{"role": "user", "content": "How much?"}]}) + "\n"


@pytest.fixture
def take(lakehouse: Lakehouse, resolved: Resolved, provenance: Provenance) -> Callable[[tuple[File, ...]], Taken]:
    guard = Guard(resolved.settings.prompts, Redactor(resolved.settings.redaction), SecretStr("key"))
    reading = reading_of(guard.settings, guard.redactor.settings)

    def call(files: tuple[File, ...]) -> Taken:
        new = new_files(reading, files, lakehouse.place, lakehouse)
        if not new:
            return Taken(known=len(files))
        with step_run(lakehouse, STEP, provenance) as run:
            taken = take_files(run, reading, new, partial(parse_file, guard=guard))
        return taken + Taken(known=len(files) - len(new))

    return call


def test_every_file_comes_once_and_after_a_lost_checkpoint_the_ledger_knows_them(
    lakehouse: Lakehouse, take: Callable[[tuple[File, ...]], Taken], tmp_path: Path
) -> None:
    logs = tmp_path / "logs of the day"
    (logs / "deep").mkdir(parents=True)
    (logs / "deep" / "a 1.jsonl").write_text(line("a"))
    assert take_stream(lakehouse, logs, take, FILES) == Taken(files=1, pieces=1, rows=1, new=1)
    assert take_stream(lakehouse, logs, take, FILES) == Taken()
    shutil.rmtree(checkpoint_of(lakehouse, logs))
    assert take_stream(lakehouse, logs, take, FILES) == Taken(known=1)
    assert stored(lakehouse, "requests", "source_file") == ["deep/a 1.jsonl"]


def test_a_batch_that_failed_comes_again_and_its_error_is_told_as_it_was(lakehouse: Lakehouse, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "a.jsonl").write_text(line("a"))

    def fail(files: tuple[File, ...]) -> Taken:
        raise Broken("as it was")

    with pytest.raises(Broken, match="as it was"):
        take_stream(lakehouse, logs, fail, FILES)
    assert take_stream(lakehouse, logs, lambda files: Taken(files=len(files)), FILES) == Taken(files=1)
    (logs / "b.jsonl").write_text(line("b"))
    (logs / "c.jsonl").write_text(line("c"))
    assert take_stream(lakehouse, logs, lambda files: Taken(files=len(files)), FILES) == Taken(files=2)
