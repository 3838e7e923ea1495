"""The tasks of the jobs: commands that there are, in an order that ends, with what each needs and no more."""

from __future__ import annotations

import subprocess
import sys
from graphlib import TopologicalSorter
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from jobs.command import main
from tests.resources.bundle import ROOT, TARGETS, deployed, replaced
from tests.scheduled import call_of

LOOP = (
    "prompts take",
    "prompts select",
    "generate",
    "preferences derive",
    "reward train",
    "score",
    "reward report",
    "tune",
    "evaluate",
    "release",
)
WITH_MODELS = {"generate", "reward train", "score", "reward report", "tune", "evaluate"}
WITH_RAY = {"generate", "score", "evaluate"}


def jobs(target: str = "prod") -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = deployed(target)["resources"]["jobs"]
    return found


def tasks(target: str = "prod") -> list[dict[str, Any]]:
    return [task for job in jobs(target).values() for task in job["tasks"]]


def words(task: dict[str, Any]) -> list[str]:
    return [str(word) for word in task["python_wheel_task"]["parameters"]]


def in_order(job: dict[str, Any]) -> list[dict[str, Any]]:
    """A task may wait only for tasks of its job, and none for itself by way of others."""
    by_key = {task["task_key"]: task for task in job["tasks"]}
    assert len(by_key) == len(job["tasks"])
    waits = {key: {one["task_key"] for one in task.get("depends_on", [])} for key, task in by_key.items()}
    assert set().union(*waits.values()) <= by_key.keys()
    return [by_key[key] for key in TopologicalSorter(waits).static_order()]


@pytest.mark.parametrize("target", TARGETS)
def test_every_task_is_a_call_that_the_program_understands(target: str) -> None:
    assert len(tasks(target)) == len(LOOP) + 5
    for task in tasks(target):
        _, settings = call_of(words(task))
        assert settings.environment == target
        assert settings.ray.cluster == "on_spark"


def test_the_loop_is_every_step_once_and_one_after_the_other() -> None:
    loop = in_order(jobs()["loop"])
    assert tuple(call_of(words(task))[0] for task in loop) == LOOP
    before = [None, *(task["task_key"] for task in loop)]
    waits = [[one["task_key"] for one in task.get("depends_on", [])] for task in loop]
    assert waits == [[], *([key] for key in before[1:-1])]


def test_the_other_jobs_are_their_steps_in_order() -> None:
    others = {name: [call_of(words(task))[0] for task in in_order(job)] for name, job in jobs().items()}
    assert {name: calls for name, calls in others.items() if name != "loop"} == {
        "documents": ["documents take", "documents clean", "documents deduplicate"],
        "evaluation": ["evaluate"],
        "upkeep": ["upkeep"],
    }


def test_a_word_that_the_program_does_not_know_is_refused() -> None:
    for said, wrong in (
        ("No such command 'tunes'", ["--conf=prod", "tunes"]),
        ("No such option: --rounds", ["--conf=prod", "generate", "--rounds=1"]),
        ("valid integer", ["--conf=prod", "upkeep", "--keep-hours=long"]),
        ("got 'production'", ["--conf=production", "tune"]),
        ("model.bass", ["--conf=prod", "--set=model.bass=x", "tune"]),
    ):
        with pytest.raises(Exception, match=said):
            call_of(wrong)


@pytest.mark.parametrize("target", TARGETS)
def test_every_task_works_on_what_the_bundle_deploys(target: str) -> None:
    whole = deployed(target)
    resources = whole["resources"]
    volume = resources["volumes"]["lakewheel"]
    schema = resources["schemas"]["lakewheel"]
    for task in tasks(target):
        settings = call_of(words(task))[1]
        assert settings.lakehouse.catalog == schema["catalog_name"]
        assert settings.lakehouse.schema_name == schema["name"]
        assert settings.tracking.experiment == resources["experiments"]["lakewheel"]["name"]
        home = f"/Volumes/{volume['catalog_name']}/{volume['schema_name']}/{volume['name']}/home"
        assert f"--home={home}" in words(task)


def test_a_task_that_runs_models_is_told_which_and_has_a_gpu() -> None:
    for task in tasks():
        name, settings = call_of(words(task))
        assert (task["job_cluster_key"] == "gpu") == (name in WITH_MODELS), name
        assert (settings.ray.accelerators_per_actor == 1) == (name in WITH_RAY), name
        assert "embedded" not in {
            *([settings.model.base] if name in {"generate", "tune", "evaluate", "release"} else []),
            *([settings.reward.base] if name in {"reward train", "score", "reward report", "evaluate"} else []),
        }, name


@pytest.mark.parametrize("target", TARGETS)
def test_every_cluster_of_a_task_is_there_and_every_cluster_is_used(target: str) -> None:
    for job in jobs(target).values():
        clusters = {one["job_cluster_key"]: one["new_cluster"] for one in job["job_clusters"]}
        assert {task["job_cluster_key"] for task in job["tasks"]} == clusters.keys()
        for key, cluster in clusters.items():
            assert ("gpu" in cluster["spark_version"]) == (key == "gpu")
            assert cluster["num_workers"] >= 1  # Ray on Spark starts on workers
        assert job["max_concurrent_runs"] == 1 and job["queue"] == {"enabled": True}


def test_every_task_ends_and_is_tried_again() -> None:
    for job in jobs().values():
        assert all(0 < task["timeout_seconds"] <= job["timeout_seconds"] for task in job["tasks"])
        assert all(task["max_retries"] >= 1 and task["min_retry_interval_millis"] >= 1000 for task in job["tasks"])


def test_every_task_brings_the_wheel_and_a_gpu_the_extras_of_ray_and_training(package: Distribution) -> None:
    for task in tasks():
        files = [next(iter(library.items())) for library in task["libraries"]]
        wanted = [("whl", "../dist/*.whl")]
        more = {"gpu": [("requirements", "./gpu.txt")], "clean": [("pypi", {"package": "py3langid>=0.4"})]}
        assert files == wanted + more.get(task["job_cluster_key"], more.get(task["task_key"], []))
    text = (ROOT / "resources" / "gpu.txt").read_text()
    listed = [str(Requirement(line)) for line in text.splitlines() if not line.startswith("#")]
    assert len(listed) == len(set(listed))
    assert {*listed} == extra(package, "ray") | extra(package, "train")


def test_nothing_that_a_cluster_installs_replaces_its_spark() -> None:
    text = (ROOT / "resources" / "gpu.txt").read_text()
    names = {Requirement(line).name for line in text.splitlines() if not line.startswith("#")}
    assert "torch" in names
    assert names & {"pyspark", "delta-spark", "py4j", "databricks-connect"} == set()
    assert not any("spark" in str(library) for task in tasks() for library in task["libraries"])


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Distribution:
    """What setup.py of this checkout says, whatever is installed."""
    folder = tmp_path_factory.mktemp("package")
    command = [sys.executable, "setup.py", "--quiet", "egg_info", "--egg-base", str(folder)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return Distribution.at(folder / "lakewheel.egg-info")


def extra(package: Distribution, name: str) -> set[str]:
    """What an extra asks for, less the marker that says which extra it is."""
    inside = [one for one in map(Requirement, package.requires or []) if str(one.marker) == f'extra == "{name}"']
    for one in inside:
        one.marker = None
    return {*map(str, inside)}


def test_the_entry_point_is_the_one_of_the_package(package: Distribution) -> None:
    called = {(task["python_wheel_task"]["package_name"], task["python_wheel_task"]["entry_point"]) for task in tasks()}
    ((name, entry_point),) = called
    assert name == package.metadata["Name"]
    (entry,) = package.entry_points.select(group="console_scripts", name=entry_point)
    assert entry.load() is main


def test_the_entry_point_returns_where_a_call_succeeds_and_raises_where_it_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "argv", ["lakewheel", "--conf=prod", "settings", "ray"])
    assert main() is None  # type: ignore[func-returns-value]
    assert "on_spark" in capsys.readouterr().out
    for words in (["documents", "take", str(tmp_path / "nothing")], ["no-such-command"]):
        monkeypatch.setattr(sys, "argv", ["lakewheel", f"--home={tmp_path}", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code in (1, 2)


def test_a_reference_to_nothing_is_refused() -> None:
    with pytest.raises(AssertionError, match="refers to nothing: there is no hone"):
        replaced("${var.hone}", {"var": {"home": "x"}})
