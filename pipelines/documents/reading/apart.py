"""A reader in a process of its own: what a file made to crash or stall a library costs is that file.

The process is started at the first file, kept for the next ones, and ends with whoever asks. It ends itself where a
file takes longer than it may, which no library can prevent.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import subprocess
import sys
from contextlib import suppress
from functools import cache

from conf import DocumentsSettings
from lakehouse.faults import fault_point
from pipelines.documents.reading.extracted import Found
from pipelines.process_apart import process_apart
from pipelines.unfit import Unfit

MOST_MEMORY = 4 * 2**30
"""Bytes of addresses; a file that needs more ends the reader."""
READY = b"ready\n"


class Apart:
    """The process, and what it says of one file after the other."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, content: bytes, settings: DocumentsSettings) -> Found:
        """What is found in a file, or that it ended its reader."""
        process = self._process = self._process or _started()
        assert process.stdin and process.stdout
        try:
            pickle.dump((content, settings), process.stdin)
            process.stdin.flush()
            found: Found = pickle.load(process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            return _ended_by(self.end(), settings)
        except BaseException:  # whoever breaks off in between would be told of this file when asking for the next
            self.end()
            raise
        return found

    def end(self) -> int:
        """End the process; the number of the signal that ended it before, or 0."""
        process, self._process = self._process, None
        if process is None:
            return 0
        with suppress(OSError, subprocess.TimeoutExpired):
            process.communicate(timeout=1)
        process.kill()
        return -process.wait()


def _started() -> subprocess.Popen[bytes]:
    """What does not even begin is no fault of a file."""
    process = process_apart(__name__)
    assert process.stdout
    if process.stdout.readline() != READY:
        raise RuntimeError(
            f"expected `python -m {__name__}` to begin, and it ended with {process.wait()}. Run it by hand to see why."
        )
    return process


@cache
def reader_apart(process_id: int) -> Apart:
    """The one of this process; a forked one asks with another id."""
    reader = Apart()
    atexit.register(reader.end)
    return reader


def _ended_by(number: int, settings: DocumentsSettings) -> Unfit:
    if number == signal.SIGALRM:
        return Unfit(
            "too_slow",
            f"Expected it to be read within {settings.max_pdf_seconds} seconds; see documents.max_pdf_seconds.",
        )
    return Unfit("crashes_reader", "Expected a readable PDF, and it ended the process that reads it; save it anew.")


def main() -> None:
    """Read what is asked for until nobody asks any more."""
    import resource

    from pipelines.documents.reading.pdf import pdf_of

    asked, told = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library that prints must not be taken for an answer
    with suppress(OSError, ValueError):  # macOS has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    told.write(READY)
    told.flush()
    while True:
        try:
            content, settings = pickle.load(asked)
        except EOFError:
            return
        fault_point("documents.read_apart")
        signal.alarm(settings.max_pdf_seconds)
        found = pdf_of(content, settings)
        signal.alarm(0)
        pickle.dump(found, told)
        told.flush()


if __name__ == "__main__":
    main()
