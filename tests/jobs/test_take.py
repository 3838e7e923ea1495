"""The doors that take: what they say, and that a call with nothing new ends before Spark would start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from conf import Resolved
from jobs.take import said_of
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from pipelines.prompts.take import take_requests
from pipelines.redaction import Redactor
from pipelines.taking import Taken
from tests.jobs.conftest import Typed

ROOT = Path(__file__).parents[2]
WITHOUT_SPARK = """
import sys
from jobs.command import app
app(sys.argv[1:], prog_name="lakewheel", standalone_mode=False)
print("started" if "pyspark" in sys.modules else "not started")
"""


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        (Taken(files=1, pieces=3, rows=2, new=1, rejected=1), "3 found in 1 source, 1 new, 1 already there, 1 refused"),
        (Taken(files=2, known=1), "0 found in 2 sources, 0 new, 0 already there, 0 refused; 1 file taken before"),
        (Taken(known=1), "nothing new: 1 file was taken before"),
        (Taken(known=2, passed_over=3), "nothing new: 2 files were taken before; 3 passed over: hidden, or links"),
    ],
)
def test_what_came_of_it_is_one_line(taken: Taken, said: str) -> None:
    assert said_of(taken, "requests") == f"requests: {said}"


def test_nothing_named_is_an_error_that_says_what_can_be(typed: Typed) -> None:
    told = typed("prompts", "take")
    assert (told.code, told.err.strip()) == (
        1,
        "lakewheel prompts: expected something to take, and nothing was named. Name a path, --table or --traces.",
    )


def test_with_nothing_new_spark_is_not_even_loaded(
    lakehouse: Lakehouse, resolved: Resolved, provenance: Provenance, tmp_path: Path
) -> None:
    (tmp_path / "log.jsonl").write_text(json.dumps({"messages": [{"role": "user", "content": "How?"}]}) + "\n")
    logs, redactor = [tmp_path / "log.jsonl"], Redactor(resolved.settings.redaction)
    take_requests(lakehouse, logs, resolved.settings.prompts, redactor, SecretStr("key"), provenance)
    home = ["--conf", "test", "--home", str(lakehouse.place.home.folder)]
    typed = [*home, "prompts", "take", "--no-select", str(logs[0])]
    command = [sys.executable, "-c", WITHOUT_SPARK, *typed]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=True)
    assert ended.stdout.splitlines() == ["requests: nothing new: 1 file was taken before", "not started"]
