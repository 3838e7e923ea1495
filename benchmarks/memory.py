"""What this process and its children hold while something runs: the most of any moment, by kind of process."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

SECONDS_BETWEEN = 0.5


@contextmanager
def peak_memory() -> Iterator[Counter[str]]:
    """Megabytes of this process (driver), of the largest other one of each name, and of all together."""
    peak: Counter[str] = Counter()
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(SECONDS_BETWEEN):
            for name, megabytes in _held().items():
                peak[name] = max(peak[name], megabytes)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()


def _held() -> Counter[str]:
    me = psutil.Process()
    held: Counter[str] = Counter()
    for process in (me, *me.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            megabytes = process.memory_info().rss // 2**20
            name = "driver" if process == me else process.name().rstrip("0123456789.")
            held[name] = max(held[name], megabytes)
            held["together"] += megabytes
    return held
