"""One lock per table around every commit: local Delta commits are not safe across processes on a plain file system."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from conf import LakehouseSettings
from lakehouse.place import Lakehouse

_one_commit_per_process = threading.RLock()


class LockTimeout(TimeoutError):
    """Another process kept a table's lock for longer than settings allow."""


@contextmanager
def commit_lock(lakehouse: Lakehouse, table: str) -> Iterator[None]:
    """Hold the table for one commit; the operating system lets go when the holder dies, so nothing is left to clean.

    A catalog has its own commit protocol, so there only the threads of this process wait for each other:
    the transaction identity travels in settings of the session, which they share.
    """
    with _one_commit_per_process:
        if lakehouse.place.is_local:
            with _file_lock(lakehouse.place.home.locks, table, lakehouse.settings, _java_process(lakehouse)):
                yield
        else:
            yield


@contextmanager
def name_lock(lakehouse: Lakehouse, name: str) -> Iterator[None]:
    """Hold a name over several commits, such as a model's while its alias moves; the holder may commit meanwhile."""
    with _file_lock(lakehouse.place.home.locks, name, lakehouse.settings, java=None):
        yield


@contextmanager
def _file_lock(locks: Path, table: str, settings: LakehouseSettings, java: int | None) -> Iterator[None]:
    locks.mkdir(parents=True, exist_ok=True)
    lock, holder = FileLock(locks / f"{table}.lock"), locks / f"{table}.holder"
    deadline = time.monotonic() + settings.lock_timeout_seconds
    try:
        lock.acquire(settings.lock_timeout_seconds, settings.lock_poll_seconds)
    except Timeout:
        raise LockTimeout(_late(table, holder, settings)) from None
    try:
        _outlive(holder, table, deadline, settings)
        holder.write_text(json.dumps({"process": os.getpid(), "java": java, "since": time.strftime("%F %T")}))
        with _removed_unless_interrupted(holder):
            yield
    finally:
        lock.release()


@contextmanager
def _removed_unless_interrupted(holder: Path) -> Iterator[None]:
    """A kill or Ctrl-C leaves the file, for Java may go on; after an error Java is done, and others may come."""
    try:
        yield
    except Exception:
        holder.unlink()
        raise
    holder.unlink()


def _outlive(holder: Path, table: str, deadline: float, settings: LakehouseSettings) -> None:
    """Wait for the Java process of a holder that was killed: it may be finishing the commit that its Python began."""
    while _java_lives(_said(holder).get("java")):
        if time.monotonic() > deadline:
            raise LockTimeout(_late(table, holder, settings))
        time.sleep(settings.lock_poll_seconds)


def _java_lives(process: int | None) -> bool:
    if process is None or process == os.getpid():
        return False
    asked = subprocess.run(["ps", "-o", "args=", "-p", str(process)], capture_output=True, text=True, check=False)
    return "java" in asked.stdout and process not in _our_java


_our_java: set[int] = set()
"""The Java process that this Python started: an error in a commit leaves its holder file, and it may go on."""


def _java_process(lakehouse: Lakehouse) -> int | None:
    started = getattr(lakehouse.spark.sparkContext._gateway, "proc", None)
    if started is None:
        return None
    _our_java.add(started.pid)
    return int(started.pid)


def _said(holder: Path) -> dict[str, int]:
    """What the holder wrote; a half-written file was written by a process that had not begun its commit."""
    try:
        return dict(json.loads(holder.read_text()))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def _late(table: str, holder: Path, settings: LakehouseSettings) -> str:
    said = _said(holder)
    who = f"process {said['process']} (since {said['since']})" if said else "a process that left no name"
    return (
        f"expected to commit to `{table}` within {settings.lock_timeout_seconds:g} seconds, but {who} holds its lock. "
        "Wait for that process and run again, end it if it hangs (its lock goes with it), or raise "
        "lakehouse.lock_timeout_seconds. Nothing was written."
    )
