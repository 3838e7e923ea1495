"""The set-up script and the Makefile: what they refuse, with which words, and when they have nothing to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = ("Makefile", "setup.py", "constraints.txt", "model-packages.txt", "scripts", "lakehouse")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the set-up reads, in a folder with a space in its name."""
    folder = tmp_path / "a checkout"
    folder.mkdir()
    for name in NEEDED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    return folder


def make(checkout: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    left = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "JAVA_HOME")}
    return subprocess.run(
        ["make", *arguments], cwd=checkout, env={**left, **environment}, capture_output=True, text=True
    )


def pretend_ready(checkout: Path, made_in: Path) -> None:
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / ".ready").write_text(f"{made_in.resolve()}\n")


def is_up_to_date(checkout: Path) -> bool:
    return make(checkout, "--question", "setup").returncode == 0


def test_make_alone_tells_what_there_is(checkout: Path) -> None:
    told = make(checkout).stdout
    for target in ("setup", "demo", "test", "lint", "types", "wheel", "clean"):
        assert f"  make {target} " in told


def test_a_second_run_has_nothing_to_do(checkout: Path) -> None:
    assert not is_up_to_date(checkout)
    pretend_ready(checkout, made_in=checkout)
    assert is_up_to_date(checkout)


@pytest.mark.parametrize("name", ["setup.py", "constraints.txt", "model-packages.txt", "scripts/setup.sh"])
def test_a_change_of_what_it_was_made_from_makes_it_again(checkout: Path, name: str) -> None:
    pretend_ready(checkout, made_in=checkout)
    later = (checkout / ".venv" / ".ready").stat().st_mtime + 10
    os.utime(checkout / name, (later, later))
    assert not is_up_to_date(checkout)


def test_an_environment_that_was_moved_is_made_again(checkout: Path) -> None:
    pretend_ready(checkout, made_in=checkout.parent)
    assert not is_up_to_date(checkout)


def test_a_python_that_does_not_fit_is_refused_before_anything_is_made(checkout: Path) -> None:
    ended = make(checkout, "setup", "PYTHON=/nowhere/python3.12")
    assert ended.returncode != 0
    assert "PYTHON=/nowhere/python3.12 is no Python 3.10, 3.11 or 3.12." in ended.stderr
    assert not (checkout / ".venv").exists()


def test_without_a_java_the_set_up_stops_with_what_to_do_before_anything_is_made(checkout: Path) -> None:
    ended = make(checkout, "setup", f"PYTHON={sys.executable}", JAVA_HOME="/nowhere")
    assert ended.returncode != 0
    assert "expected Java 17 to 23 for Spark, but /nowhere/bin/java does not run. Point JAVA_HOME at" in ended.stderr
    assert not (checkout / ".venv").exists()
