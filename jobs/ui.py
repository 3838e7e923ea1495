"""The door `ui`: MLflow's pages over the store that the runs are in, until Ctrl-C."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from jobs.failures import CheckFailed
from jobs.options import Asked, asked_of
from jobs.showing import show_line, working

HOST = "127.0.0.1"
PATIENCE_SECONDS = 180
LOG = "mlflow.log"


def ui(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen at, on this machine only.")] = 5000,
) -> None:
    """Open MLflow on the runs and models of this lakehouse; Ctrl-C ends it.

    Example:

        lakewheel ui --port 5001
    """
    asked = asked_of(context)
    uri = asked.resolved.settings.tracking.uri
    if uri is not None:
        show_line(f"The runs are kept by {uri} (setting tracking.uri): look there.")
        return
    check_port(port)
    serve(asked, port)


def check_port(port: int) -> None:
    """Refuse a port that somebody else listens at, and name a free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            with socket.socket() as other:
                other.bind((HOST, 0))
                free = other.getsockname()[1]
            raise CheckFailed(f"another program listens at {HOST}:{port}. Try: lakewheel ui --port {free}") from None


def serve(asked: Asked, port: int) -> None:
    """Run the server in the foreground; its own words go to a file."""
    if find_spec("mlflow") is None:
        raise CheckFailed("expected MLflow, and it is not installed. Run: pip install 'lakewheel[train]'")
    folder, log = asked.home.mlflow, asked.home.logs / LOG
    for needed in (folder, asked.home.logs):
        needed.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    command = server(asked, port)
    with log.open("a") as words, subprocess.Popen(command, cwd=folder, stdout=words, stderr=words) as process:
        try:
            with working("starting MLflow"):
                wait_until_it_answers(process, port, log)
            show_line(f"MLflow is at http://{HOST}:{port} (Ctrl-C ends it)")
            sys.stdout.flush()
            process.wait()
        except KeyboardInterrupt:
            return show_line("MLflow has ended.")
        finally:
            process.terminate()
    raise CheckFailed(f"MLflow ended by itself with exit code {process.returncode}; its last words are in {log}.")


def server(asked: Asked, port: int) -> list[str]:
    """The command; artifacts stay under the home as well."""
    from lakehouse.tracking import artifact_location, tracking_uri

    settings = asked.resolved.settings.tracking
    artifacts = artifact_location(settings, asked.home)
    assert artifacts is not None
    store = ["--backend-store-uri", tracking_uri(settings, asked.home), "--default-artifact-root", artifacts]
    listen = ["--artifacts-destination", artifacts, "--host", HOST, "--port", str(port), "--workers", "1"]
    return [sys.executable, "-m", "mlflow", "server", *store, *listen]


def wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return once the server answers; the first start also makes its database."""
    from urllib.request import urlopen

    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise CheckFailed(f"MLflow ended before it answered (exit code {process.returncode}); see {log}.")
        try:
            with urlopen(f"http://{HOST}:{port}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.3)
    raise CheckFailed(f"MLflow did not answer at {HOST}:{port} within {PATIENCE_SECONDS} seconds; see {log}.")
