"""What a check of `lakewheel doctor` says, and how it runs a probe in a process of its own with a deadline."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jobs.options import Asked

Status = Literal["ok", "warn", "fail", "skipped"]
PACKAGES = Path(__file__).parents[2]
"""The folder that our packages are in, for probes run elsewhere."""


@dataclass(frozen=True)
class Finding:
    """How it stands, what was found, and what to do."""

    status: Status
    found: str
    remedy: str = ""


Check = Callable[[Asked], Finding]


def probed(module: str, asked: Asked, deadline_seconds: int, remedy: str) -> Finding:
    """Run a module as a program, with a home of its own; what hangs is ended with all that it started."""
    with tempfile.TemporaryDirectory(prefix="lakewheel-doctor-", ignore_cleanup_errors=True) as folder:
        said, complained = Path(folder, "said"), Path(folder, "complained")
        command = [sys.executable, "-m", module, f"{folder}/home", asked.conf, *asked.overrides]
        with said.open("w") as output, complained.open("w") as errors:
            process = subprocess.Popen(
                command, env=_environment(), stdout=output, stderr=errors, start_new_session=True
            )
            try:
                code = process.wait(deadline_seconds)
            except subprocess.TimeoutExpired:
                return Finding("fail", f"no answer within {deadline_seconds} seconds", remedy)
            finally:
                _end(process)
        if code == 0:
            return Finding("ok", _last_line(said))
        return Finding("fail", _last_line(complained) or f"it ended with code {code} and said nothing", remedy)


def _environment() -> dict[str, str]:
    """Ours, so that the probe finds our packages and no file of the folder in which a person stands."""
    paths = filter(None, [str(PACKAGES), os.environ.get("PYTHONPATH")])
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONSAFEPATH": "1"}


def _end(process: subprocess.Popen[bytes]) -> None:
    """With everything that it started and left behind; macOS forbids to kill a group that has ended."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _last_line(file: Path) -> str:
    lines = [line.strip() for line in file.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1][:300] if lines else ""
