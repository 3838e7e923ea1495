"""Python that runs to its end, in a process with walls around it: never in ours."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import BinaryIO

from conf.rules import CodeCheck
from pipelines.score.protocol import Score, Subject
from pipelines.score.rules import code_launcher
from pipelines.score.rules.blocks import code_of
from pipelines.score.rules.verdict import Check, failed, judged

START_SECONDS = 5.0
"""What it takes to put up the walls and to start Python on a busy machine, on top of the code's own time."""
ERROR_BYTES = 4000
ERROR_NAME = re.compile(r"^([A-Za-z_][\w.]*)(?::|$)")


class NoSandbox(RuntimeError):
    """Walls cannot be put up here, so no code is run."""


@dataclass(frozen=True)
class Ended:
    """How a program ended: its status (a signal as a negative number, None where time was up) and its error's name."""

    status: int | None
    error: str = ""


def code_check(settings: CodeCheck) -> Check:
    """Whether the answer's Python runs; looks first whether the walls stand on this machine."""
    ended = run_walled("pass", settings)
    if ended.status != 0:
        raise NoSandbox(
            f"Expected to run code behind walls ({settings.walls}), got: {ended.error or ended.status}. All walls need "
            "Linux 5.13 or newer with seccomp and Landlock; write `walls: limits` to do with limits of time, memory "
            "and processes, as in a container that holds nothing else."
        )

    def judge(subject: Subject) -> Score:
        code = code_of(subject.answer, "python", "py", "python3")
        return _judge(run_walled(code, settings), settings) if code else failed("there is no code")

    return judge


def _judge(ended: Ended, settings: CodeCheck) -> Score:
    if ended.status is None or ended.status == -signal.SIGXCPU:
        return failed(f"it ran for more than {settings.timeout_seconds:g} seconds")
    if ended.status < 0:
        return failed(f"it was ended by {signal.Signals(-ended.status).name}")
    return judged(ended.status == 0, f"it ends with {ended.error or f'status {ended.status}'}")


def run_walled(code: str, settings: CodeCheck) -> Ended:
    """Run a program in an empty folder that is gone afterwards, with everything that it started."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as errors:
        answer = Path(folder, "answer.py")
        answer.write_text(code)
        cpu_seconds, megabytes = str(ceil(settings.timeout_seconds)), str(settings.memory_megabytes)
        launcher = [sys.executable, "-I", "-S", "-B", code_launcher.__file__]
        process = subprocess.Popen(
            [*launcher, os.path.realpath(folder), cpu_seconds, megabytes, settings.walls],
            env={},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )
        status = _wait(process, settings.timeout_seconds + START_SECONDS)
        return Ended(status, _error_name(errors) if status else "")


def _wait(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    """The status, or None where time is up; what is left of its group is ended either way."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _error_name(errors: BinaryIO) -> str:
    """The name of the exception that ended it; its words may quote anything."""
    errors.seek(max(0, errors.seek(0, os.SEEK_END) - ERROR_BYTES))
    lines = errors.read().decode(errors="replace").strip().splitlines()
    named = ERROR_NAME.match(lines[-1]) if lines else None
    return named[1][:100] if named else ""
