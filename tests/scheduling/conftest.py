"""A stand-in for a program on the PATH, which writes down how it was called; what calls it is our own and real."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCHEDULING = ROOT / "scheduling"


@dataclass(frozen=True)
class Machine:
    """A folder with a home, a PATH with the stand-in in front, and the calls that it took."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "the home"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "CALLS": str(self.folder / "calls"),
            "LAKEWHEEL_CONF": "test",
            "LAKEWHEEL_HOME": str(self.home),
            "LAKEWHEEL_LOGS": "/in coming/logs",
            "LAKEWHEEL_DOCUMENTS": "/in coming/documents",
        }

    def stand_in(self, name: str, script: str) -> None:
        """A program that notes its words, one call a line, and then does this."""
        program = self.folder / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f'#!/bin/sh\nprintf "%s|" "$@" >>"$CALLS"; echo >>"$CALLS"\n{script}\n')
        program.chmod(0o755)

    def calls(self) -> list[list[str]]:
        noted = self.folder / "calls"
        return [line.removesuffix("|").split("|") for line in noted.read_text().splitlines()] if noted.exists() else []

    def run(self, script: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in {**self.environment, **more}.items() if value}
        return subprocess.run(["sh", script, *words], env=environment, capture_output=True, text=True, timeout=60)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)
