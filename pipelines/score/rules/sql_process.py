"""A database in a process of its own, which is ended and started anew when a query does not come back."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from conf.rules import SqlCheck
from pipelines.process_apart import process_apart

START_SECONDS = 60.0
GRACE_SECONDS = 2.0
"""What a query that is interrupted may take to come back."""
KEPT_RESULTS = 1000


class DatabaseError(RuntimeError):
    """The database itself cannot be read."""


@dataclass(frozen=True)
class Result:
    """What a query brought: rows, or why there are none."""

    rows: tuple[tuple[Any, ...], ...] = ()
    is_ordered: bool = False
    error: str | None = None


class SqlProcess:
    """Asks one database; whoever shares it calls it from one thread."""

    def __init__(self, settings: SqlCheck) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._left_over = b""
        self.remembered = lru_cache(KEPT_RESULTS)(self.ask)
        """The same for gold queries, which many answers are compared with."""
        self._start()

    def ask(self, query: str) -> Result:
        """The rows of one query."""
        process = self._process or self._start()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(query).encode() + b"\n")
            process.stdin.flush()
            said = self._line(self._settings.timeout_seconds + GRACE_SECONDS)
        except BrokenPipeError:
            said = b""
        if not said:
            self.close()
            seconds = f"{self._settings.timeout_seconds:g}"
            late = f"it ran for more than {seconds} seconds"
            return Result(error=late if said is None else "it ended the process of the database")
        reply = json.loads(said)
        rows = tuple(map(tuple, reply.get("rows", ())))
        return Result(rows, reply.get("ordered", False), reply.get("error"))

    def close(self) -> None:
        """End the process, whatever it does."""
        process, self._process, self._left_over = self._process, None, b""
        if process is not None:
            process.kill()
            process.communicate()

    def _start(self) -> subprocess.Popen[bytes]:
        settings = self._settings
        words = (settings.engine, settings.database, str(settings.timeout_seconds), str(settings.most_rows))
        self._process = process_apart("pipelines.score.rules.sql_worker", *words)
        said = self._line(START_SECONDS)
        reply = json.loads(said) if said else {"error": "its process did not start"}
        if "error" in reply:
            self.close()
            raise DatabaseError(f"The {settings.engine} database {settings.database} cannot be read: {reply['error']}.")
        return self._process

    def _line(self, seconds: float) -> bytes | None:
        """The next line; empty where the process has ended, None where time is up."""
        assert self._process is not None and self._process.stdout is not None
        deadline, pipe, read = time.monotonic() + seconds, self._process.stdout.fileno(), [self._left_over]
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while b"\n" not in read[-1]:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    return None
                piece = os.read(pipe, 2**16)
                if not piece:
                    return b""
                read.append(piece)
        line, _, self._left_over = b"".join(read).partition(b"\n")
        return line
