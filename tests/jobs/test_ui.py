"""The door `ui`: MLflow over the home's own store, on a free port of this machine only."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from jobs.options import Asked
from jobs.ui import HOST, server
from tests.jobs.conftest import Typed

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def test_a_port_that_is_taken_is_refused_and_a_free_one_named(typed: Typed) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        taken = other.getsockname()[1]
        seen = typed("ui", "--port", str(taken))
    assert seen.code == 1
    assert f"another program listens at {HOST}:{taken}. Try: lakewheel ui --port " in seen.err


def test_runs_kept_elsewhere_are_looked_at_there(typed: Typed) -> None:
    seen = typed("ui", "--conf", "dev")
    assert (seen.code, seen.out) == (0, "The runs are kept by databricks (setting tracking.uri): look there.\n")


def test_everything_is_below_the_home_and_for_this_machine_only(tmp_path: Path) -> None:
    command = " ".join(server(Asked(home_folder=str(tmp_path)), 5001))
    assert f"--backend-store-uri sqlite:///{tmp_path}/mlflow/mlflow.db" in command
    assert f"--default-artifact-root {(tmp_path / 'mlflow' / 'artifacts').as_uri()}" in command
    assert "--host 127.0.0.1 --port 5001" in command


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_server_answers_and_ends_with_all_it_started(tmp_path: Path, ending: signal.Signals) -> None:
    port, stand = free_port(), tmp_path / "stand"
    stand.mkdir()
    command = [sys.executable, "-m", "jobs.command", "--home", str(tmp_path / "home"), "ui", "--port", str(port)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command, cwd=stand, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == f"MLflow is at http://{HOST}:{port} (Ctrl-C ends it)\n"
    with urlopen(f"http://{HOST}:{port}/", timeout=30) as page:
        assert page.status == 200
    if ending is signal.SIGINT:
        os.killpg(process.pid, ending)  # as a terminal does it
    else:
        process.send_signal(ending)
    assert process.wait(timeout=60) == (0 if ending is signal.SIGINT else 143)
    assert (tmp_path / "home" / "mlflow" / "mlflow.db").is_file()
    assert list(stand.iterdir()) == []
    assert is_free_soon(port)


def is_free_soon(port: int) -> bool:
    for _ in range(40):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) != 0:
                return True
        time.sleep(0.5)
    return False
