"""One commit at a time per table; a dead holder holds nothing, and a late one is named."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from lakehouse.lock import LockTimeout, commit_lock
from lakehouse.place import Lakehouse

HOLD = """
    import sys, time
    from filelock import FileLock
    lock = FileLock(sys.argv[1])
    lock.acquire()
    print("held", flush=True)
    time.sleep(60)
"""


def impatient(lakehouse: Lakehouse) -> Lakehouse:
    settings = lakehouse.settings.model_copy(update={"lock_timeout_seconds": 0.3})
    return replace(lakehouse, place=replace(lakehouse.place, settings=settings))


def hold(locks: Path) -> subprocess.Popen[str]:
    locks.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", textwrap.dedent(HOLD), str(locks / "ratings.lock")]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_late_holder_is_named_with_a_remedy(lakehouse: Lakehouse) -> None:
    locks = lakehouse.place.home.locks
    holder = hold(locks)
    (locks / "ratings.holder").write_text(json.dumps({"process": holder.pid, "java": None, "since": "today"}))
    try:
        with pytest.raises(LockTimeout) as told, commit_lock(impatient(lakehouse), "ratings"):
            pass
    finally:
        holder.kill()
        holder.wait()
    assert f"process {holder.pid} (since today) holds its lock" in str(told.value)
    assert "raise lakehouse.lock_timeout_seconds" in str(told.value)


def test_a_killed_holder_holds_nothing(lakehouse: Lakehouse) -> None:
    holder = hold(lakehouse.place.home.locks)
    holder.kill()
    holder.wait()
    with commit_lock(impatient(lakehouse), "ratings"):
        entered = True
    assert entered


def test_the_java_process_of_a_killed_holder_is_waited_for(lakehouse: Lakehouse) -> None:
    locks = lakehouse.place.home.locks
    locks.mkdir(parents=True)
    finishing = subprocess.Popen(["bash", "-c", "exec -a java sleep 60"])
    (locks / "ratings.holder").write_text(json.dumps({"process": 1, "java": finishing.pid, "since": "today"}))
    try:
        with pytest.raises(LockTimeout), commit_lock(impatient(lakehouse), "ratings"):
            pass
    finally:
        finishing.kill()
        finishing.wait()
    with commit_lock(impatient(lakehouse), "ratings"):
        entered = True
    assert entered
    assert not (locks / "ratings.holder").exists()


def test_threads_of_one_process_take_turns(lakehouse: Lakehouse) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        with commit_lock(lakehouse, "ratings"):
            inside.append(1)
            most.append(len(inside))
            threading.Event().wait(0.01)
            inside.pop()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 8


def test_an_error_inside_lets_the_next_one_in(lakehouse: Lakehouse) -> None:
    with pytest.raises(RuntimeError, match="inside"), commit_lock(lakehouse, "ratings"):
        raise RuntimeError("inside")
    assert not (lakehouse.place.home.locks / "ratings.holder").exists()
    with commit_lock(impatient(lakehouse), "ratings"):
        entered = True
    assert entered
