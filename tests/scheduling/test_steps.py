"""The script `lakewheel-steps`: the order of the steps, the end at the first failure, and one job at a time."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from tests.resources.bundle import deployed
from tests.scheduled import call_of
from tests.scheduling.conftest import SCHEDULING, Machine

STEPS = SCHEDULING / "lakewheel-steps"
JOBS = ("loop", "documents", "evaluation", "upkeep")


def steps_of_the_bundle(job: str, machine: Machine) -> list[list[str]]:
    """The words of each task less what only a workspace needs, with the folders of this machine."""
    given = {name: machine.environment[f"LAKEWHEEL_{name.upper()}"] for name in ("logs", "documents")}
    tasks = deployed("prod", **given)["resources"]["jobs"][job]["tasks"]
    return [
        [word for word in task["python_wheel_task"]["parameters"] if not word.startswith(("--conf", "--home", "--set"))]
        for task in tasks
    ]


def logs(machine: Machine) -> list[Path]:
    return sorted((machine.home / "logs" / "steps").glob("*.log"))


@pytest.mark.parametrize("script", [STEPS, SCHEDULING / "kubernetes" / "lakewheel-ray-job"])
def test_a_script_is_one_for_any_sh_and_can_be_run(script: Path) -> None:
    assert script.read_text().startswith("#!/bin/sh\n")
    assert script.stat().st_mode & 0o111
    assert subprocess.run(["sh", "-n", script], capture_output=True, text=True).stderr == ""


@pytest.mark.parametrize("job", JOBS)
def test_a_job_is_the_steps_that_the_bundle_has_in_the_same_order(job: str, machine: Machine) -> None:
    machine.stand_in("lakewheel", "echo said by the step")
    ended = machine.run(STEPS, job)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")  # cron would send any word
    expected = [["--conf", "test", *words] for words in steps_of_the_bundle(job, machine)]
    assert machine.calls() == expected
    assert len(expected) == {"loop": 10, "documents": 3}.get(job, 1)
    (log,) = logs(machine)
    assert log.read_text().count("said by the step") == len(expected)


@pytest.mark.parametrize("job", JOBS)
def test_every_step_is_a_call_that_the_program_understands(job: str, machine: Machine) -> None:
    machine.stand_in("lakewheel", "")
    machine.run(STEPS, job)
    assert all(call_of(words)[1].environment == "test" for words in machine.calls())
    assert machine.calls()


def test_the_first_failure_ends_the_job_and_is_told(machine: Machine) -> None:
    machine.stand_in("lakewheel", '[ "$3" != generate ] || { echo "no engine" >&2; exit 3; }')
    ended = machine.run(STEPS, "loop")
    assert ended.returncode == 3
    assert [words[2:] for words in machine.calls()][-1] == ["generate"]
    assert len(machine.calls()) == 3
    assert "`lakewheel generate` failed with 3" in ended.stderr and "no engine" in ended.stderr
    (log,) = logs(machine)
    assert str(log) in ended.stderr
    assert "failed with 3: generate; the steps behind it were not begun" in log.read_text()


def test_after_a_failure_the_next_call_begins_anew_and_ends(machine: Machine) -> None:
    machine.stand_in("lakewheel", "exit 1")
    assert machine.run(STEPS, "upkeep").returncode == 1
    machine.stand_in("lakewheel", "")
    assert machine.run(STEPS, "upkeep").returncode == 0
    assert len(machine.calls()) == 2


def test_the_log_may_be_the_output(machine: Machine) -> None:
    machine.stand_in("lakewheel", "echo said by the step; exit 4")
    ended = machine.run(STEPS, "upkeep", LAKEWHEEL_LOG="-")
    assert ended.returncode == 4
    assert "said by the step" in ended.stdout and "failed with 4: upkeep" in ended.stdout
    assert ended.stderr == "" and logs(machine) == []


@pytest.fixture
def at_work(machine: Machine) -> subprocess.Popen[bytes]:
    """A job of this home whose only step lasts until the file `go` is there."""
    machine.stand_in("lakewheel", f'while ! [ -e "{machine.folder / "go"}" ]; do sleep 0.05; done')
    job = subprocess.Popen(["sh", STEPS, "upkeep"], env=machine.environment)
    deadline = time.monotonic() + 20
    while not machine.calls():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return job


def test_a_second_job_of_a_home_does_nothing_and_says_so(machine: Machine, at_work: subprocess.Popen[bytes]) -> None:
    second = machine.run(STEPS, "loop")
    assert second.returncode == 75
    assert "another job is at work" in second.stderr and len(machine.calls()) == 1
    elsewhere = machine.folder / "another home"
    (machine.folder / "go").touch()
    assert machine.run(STEPS, "upkeep", LAKEWHEEL_HOME=str(elsewhere)).returncode == 0
    assert at_work.wait(20) == 0
    assert machine.run(STEPS, "upkeep").returncode == 0


def test_a_second_job_waits_as_long_as_it_is_told(machine: Machine, at_work: subprocess.Popen[bytes]) -> None:
    waiting = subprocess.Popen(["sh", STEPS, "upkeep"], env={**machine.environment, "LAKEWHEEL_WAIT_SECONDS": "30"})
    time.sleep(0.5)
    assert waiting.poll() is None and len(machine.calls()) == 1
    (machine.folder / "go").touch()
    assert (at_work.wait(20), waiting.wait(20)) == (0, 0)
    assert len(machine.calls()) == 2


def test_a_killed_script_leaves_the_lock_to_the_step_that_is_under_way(
    machine: Machine, at_work: subprocess.Popen[bytes]
) -> None:
    at_work.kill()
    at_work.wait(20)
    assert machine.run(STEPS, "upkeep").returncode == 75
    (machine.folder / "go").touch()
    assert machine.run(STEPS, "upkeep", LAKEWHEEL_WAIT_SECONDS="20").returncode == 0


def test_a_wrong_call_says_what_is_right(machine: Machine) -> None:
    machine.stand_in("lakewheel", "")
    for words in ((), ("tune",), ("loop", "upkeep")):
        ended = machine.run(STEPS, *words)
        assert ended.returncode == 64
        assert all(job in ended.stderr for job in JOBS)
    for name in ("LAKEWHEEL_CONF", "LAKEWHEEL_HOME"):
        ended = machine.run(STEPS, "loop", **{name: ""})
        assert ended.returncode != 0 and name in ended.stderr
    assert machine.calls() == []
