"""A chat server in a thread that behaves as a test says: it answers, hangs, drips, errs, or talks nonsense."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, dict[str, str], bytes]
Behaviour = Callable[[int, dict[str, Any]], Reply]


@dataclass
class Seen:
    """What the server was asked, and how many requests it had at once."""

    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def completion(text: str, **choice: Any) -> Reply:
    """A proper answer: one word a token."""
    told = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop"} | choice
    usage = {"prompt_tokens": 10, "completion_tokens": len(text.split())}
    return 200, {}, json.dumps({"choices": [told], "usage": usage}).encode()


@contextmanager
def serving(behave: Behaviour) -> Iterator[tuple[str, Seen]]:
    """The address of a server that does as `behave` says with the number of the request and its body."""
    seen = Seen()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with seen.lock:
                seen.bodies.append(body)
                seen.keys.append(self.headers.get("Authorization"))
                number = len(seen.bodies)
                seen.at_once += 1
                seen.most_at_once = max(seen.most_at_once, seen.at_once)
            try:
                self._send(*behave(number, body))
            finally:
                with seen.lock:
                    seen.at_once -= 1

        def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
            try:
                self.send_response(status)
                for name, value in {"Content-Length": str(len(content)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)
            except (BrokenPipeError, ConnectionResetError):
                return

        def log_message(self, *_: Any) -> None:
            """Tests read what was seen instead."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", seen
    finally:
        server.shutdown()
        server.server_close()


def hang(seconds: float) -> None:
    """Keep a request waiting."""
    time.sleep(seconds)
