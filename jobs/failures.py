"""The rim of the command line: every failure becomes an exit code and one clean paragraph that says what to do."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

import typer

from jobs.options import Asked
from lakehouse.first_line import first_line

OURS = ("conf", "lakehouse", "pipelines", "jobs")
FEW_MEGABYTES = 1024
LOG, SPARK_LOG = "lakewheel.log", "spark.log"


class CheckFailed(RuntimeError):
    """A command did what it was asked, and what it found is not in order."""


@contextmanager
def failures_said_plainly(command: Callable[[], str], asked: Asked) -> Iterator[None]:
    """Exit 0 for a reader who has seen enough, 130 for Ctrl-C, 1 for a failure; usage errors stay Typer's."""
    try:
        yield
        sys.stdout.flush()
    except KeyboardInterrupt:
        _say(f"{command()} was interrupted. What it had committed is whole; run it again for the rest.")
        raise typer.Exit(130) from None
    except BrokenPipeError:
        _close_output()
        raise typer.Exit(0) from None
    except Exception as problem:
        if hasattr(problem, "exit_code") or asked.debug:
            raise
        said = str(problem) if _is_ours(problem) else _others(problem, command(), asked.home.logs)
        _say(f"{command()}: {said}")
        raise typer.Exit(1) from None


def _is_ours(problem: Exception) -> bool:
    """Errors that we declare say what was expected, what came and what to do; those of others rarely do."""
    return type(problem).__module__.partition(".")[0] in OURS


def _others(problem: Exception, command: str, logs: Path) -> str:
    if _lost_java(problem):
        return (
            "expected Spark's Java process to be there, and it has ended; most often there was too little memory for "
            f"it beside what else runs, or somebody ended it. Its last words are in {logs / SPARK_LOG}. Run the "
            "command again: what was committed is whole, and it goes on from there."
        )
    return _unexpected(problem, command, logs)


def _lost_java(problem: Exception) -> bool:
    """Whether the way to Java broke, which py4j tells by errors of sockets or by one of its own."""
    if not isinstance(problem, ConnectionError) and type(problem).__name__ not in ("Py4JError", "Py4JNetworkError"):
        return False
    frames = traceback.walk_tb(problem.__traceback__)
    return any(frame.f_globals.get("__name__", "").startswith("py4j.") for frame, _ in frames)


def _unexpected(problem: Exception, command: str, logs: Path) -> str:
    file = _write_traceback(command, logs)
    return (
        f"this should not have happened ({type(problem).__name__}: {first_line(problem)}). The whole of it is in "
        f"{file}; run `lakewheel doctor` to see whether the machine is in order.{_nearly_full(file.parent)}"
    )


def _nearly_full(*folders: Path) -> str:
    """A full disk fails in many words; what wrote to it may have given some of it back since."""
    for folder in (*folders, Path(tempfile.gettempdir())):
        free = shutil.disk_usage(folder).free // 2**20
        if free < FEW_MEGABYTES:
            return f" The disk of {folder} has {free} MiB free, which may be the cause: free some and run it again."
    return ""


def _write_traceback(command: str, logs: Path) -> Path:
    """In the home's logs, or in the temporary folder where the home cannot be written to."""
    moment = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
    for folder in (logs, Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / LOG).open("a", encoding="utf-8") as log:
                log.write(f"--- {moment} UTC {command}\n{traceback.format_exc()}\n")
        except OSError:
            continue
        return folder / LOG
    return Path(os.devnull)


def _close_output() -> None:
    """Whoever read our output has gone: what is left in the buffers goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)
