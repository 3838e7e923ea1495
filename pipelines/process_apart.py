"""A process of our own that knows where modules are, and nothing else of our environment: it holds secrets."""

from __future__ import annotations

import os
import subprocess
import sys

from lakehouse.faults import FAULT_VARIABLE

KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", FAULT_VARIABLE)


def process_apart(module: str, *words: str) -> subprocess.Popen[bytes]:
    """A module begun as a program, which is asked on its standard input and tells on its standard output."""
    known = {name: os.environ[name] for name in KEPT if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", module, *words],
        env=known | {"PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
