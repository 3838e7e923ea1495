"""Drawing again with nothing new: said at once, and without Spark, as long as the same is asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from examples.generate import generate


@pytest.mark.slow
def test_a_second_run_needs_no_java_to_know_that_nothing_is_new(tmp_path: Path) -> None:
    generate(tmp_path / "company", wave=2)

    def lakewheel(*words: str, java: str | None = None) -> subprocess.CompletedProcess[str]:
        settings = ["--conf", "test", "--home", str(tmp_path / "home"), "--set", "engine.kind=echo"]
        environment = os.environ | ({"JAVA_HOME": java} if java else {})
        command = [sys.executable, "-m", "jobs.command", *settings, *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=280, env=environment, check=False)

    assert lakewheel("prompts", "take", str(tmp_path / "company" / "logs")).returncode == 0
    assert " 3 prompts, " in lakewheel("generate", "--prompts", "3").stdout
    again = lakewheel("generate", "--prompts", "3", java="/nowhere")
    assert (again.returncode, again.stdout) == (0, "candidates: nothing new: every wanted answer is there\n")
    assert "for Spark" in lakewheel("generate", "--prompts", "4", java="/nowhere").stderr
