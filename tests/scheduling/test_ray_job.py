"""The script `lakewheel-ray-job`: it creates the template's job under the name it was given, and waits for its end."""

from __future__ import annotations

import pytest
import yaml

from tests.scheduling.conftest import SCHEDULING, Machine

SCRIPT = SCHEDULING / "kubernetes" / "lakewheel-ray-job"
TEMPLATE = SCHEDULING / "kubernetes" / "ray-job.yml"
KUBECTL = """
case $1 in
create) cat >"$CALLS.created"; echo rayjob.ray.io/lakewheel-loop-x7 ;;
get) times=$(grep -c '^get' "$CALLS"); [ "$times" -lt 3 ] && echo "Running RUNNING" || echo "$END" ;;
esac
"""


def run(machine: Machine, job: str, end: str) -> tuple[int, str]:
    machine.stand_in("kubectl", KUBECTL)
    more = {"LAKEWHEEL_RAY_JOB": str(TEMPLATE), "LAKEWHEEL_POLL_SECONDS": "0.01", "END": end}
    ended = machine.run(SCRIPT, job, **more)
    return ended.returncode, ended.stdout + ended.stderr


def test_it_creates_the_job_by_its_name_and_waits_until_it_succeeded(machine: Machine) -> None:
    assert run(machine, "loop", "Complete SUCCEEDED") == (
        0,
        "lakewheel-ray-job: created rayjob.ray.io/lakewheel-loop-x7\n"
        "lakewheel-ray-job: rayjob.ray.io/lakewheel-loop-x7 succeeded\n",
    )
    assert [words[0] for words in machine.calls()] == ["create", "get", "get", "get"]
    created = yaml.safe_load((machine.folder / "calls.created").read_text())
    assert created["metadata"]["generateName"] == "lakewheel-loop-"
    assert created["spec"]["entrypoint"] == "lakewheel-steps loop"
    assert "JOB" not in str(created)


@pytest.mark.parametrize("end", ["Failed FAILED", "Complete FAILED", "Complete STOPPED", "Failed "])
def test_it_fails_where_the_job_fails(machine: Machine, end: str) -> None:
    code, said = run(machine, "evaluation", end)
    assert code == 1
    assert f"ended as: {end}" in said


def test_it_fails_where_nothing_could_be_created(machine: Machine) -> None:
    machine.stand_in("kubectl", "echo 'no such kind: RayJob' >&2; exit 1")
    ended = machine.run(SCRIPT, "loop", LAKEWHEEL_RAY_JOB=str(TEMPLATE))
    assert ended.returncode != 0 and "no such kind" in ended.stderr
    assert len(machine.calls()) == 1
