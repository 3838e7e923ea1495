"""Code of answers runs behind walls: what it tries beyond them fails, and nothing of it is left."""

import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pipelines.score.rules.code_check import NoSandbox
from tests.pipelines.score.rules.judging import LONG, about, maker, scores

LIMITS = {"check": "code", "allow_code": True, "walls": "limits", "timeout_seconds": 1, "memory_megabytes": 300}
WALLS: dict[str, Any] = LIMITS | {"walls": "all"}


@pytest.fixture(scope="module")
def walls() -> dict[str, Any]:
    try:
        maker(**WALLS)()
    except NoSandbox as problem:
        pytest.skip(f"the kernel of this machine has not all walls: {problem}")
    return WALLS


def reasons(settings: dict[str, Any], *programs: str) -> list[str | None]:
    return [score.reason for score in scores([about(program) for program in programs], **settings)]


def test_code_that_runs_passes_and_a_failure_is_told_by_its_name() -> None:
    told = reasons(
        LIMITS,
        "```python\nimport json, math\nprint(json.dumps(math.pi))\n```",
        "Text\n```sql\nSELECT\n```\n```py\nx = 1\n```",
        "1 / 0",
        "def broken(:",
        "raise ValueError('the words are not told')",
        "import sys; sys.exit(3)",
        "import ctypes; ctypes.string_at(0)",
        "",
        "Just prose.",
        "x = 1\n" * (LONG // 6),
    )
    assert told == [
        None,
        None,
        "it ends with ZeroDivisionError",
        "it ends with SyntaxError",
        "it ends with ValueError",
        "it ends with status 3",
        "it was ended by SIGSEGV",
        "there is no code",
        "it ends with SyntaxError",
        None,
    ]


def test_time_and_memory_and_files_have_limits() -> None:
    told = reasons(
        LIMITS,
        "while True: pass",
        "import time; time.sleep(60)",
        "open('f', 'wb').write(b'x' * 10**8)",
        "print('x' * 10**7)",
    )
    assert told == ["it ran for more than 1 seconds"] * 2 + ["it ends with OSError", None]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
def test_memory_has_a_limit() -> None:
    assert reasons(LIMITS, "x = 'a' * 10**9") == ["it ends with MemoryError"]


def test_code_sees_no_environment_and_its_folder_is_gone_afterwards(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LAKEWHEEL_SUBJECT_KEY", "never seen")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert reasons(LIMITS, "import os; open('f', 'w').write('x'); assert set(os.environ) <= {'LC_CTYPE'}") == [None]
    assert list(tmp_path.iterdir()) == []


def test_walls_keep_out_files_processes_signals_and_the_network(walls: dict[str, Any], tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        programs = [
            f"open({str(outside)!r}).read()",
            f"open({str(outside)!r}, 'w')",
            f"import os; os.remove({str(outside)!r})",
            f"import os; os.listdir({str(tmp_path)!r})",
            f"open('/proc/{os.getpid()}/environ').read()",
            f"import os; os.kill({os.getpid()}, 9)",
            "import os; os.fork()",
            "import subprocess; subprocess.run(['true'])",
            f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)",
        ]
        assert reasons(walls, *programs) == ["it ends with PermissionError"] * len(programs)
    assert outside.read_text() == "mine"


def test_behind_walls_a_thread_is_refused_and_ordinary_code_runs(walls: dict[str, Any]) -> None:
    thread = "import threading; threading.Thread(target=print).start()"
    ordinary = (
        "import asyncio, datetime, random, re, tempfile\nopen('f', 'w').write('x')\nassert open('f').read() == 'x'"
    )
    assert reasons(walls, thread, ordinary) == ["it ends with RuntimeError", None]


def test_root_is_root_by_name_only(walls: dict[str, Any]) -> None:
    status = "import os, ctypes; libc = ctypes.CDLL(None); assert libc.prctl(39, 0, 0, 0, 0) == 1\n"
    read = "assert all(libc.prctl(23, each, 0, 0, 0) == 0 for each in range(40)) or os.geteuid() != 0"
    assert reasons(walls, status + read) == [None]


def test_a_program_that_waits_is_ended_in_time() -> None:
    began = time.monotonic()
    assert reasons(LIMITS, "import signal; signal.signal(signal.SIGXCPU, lambda *_: None)\nwhile True: pass")[0]
    assert time.monotonic() - began < 20
