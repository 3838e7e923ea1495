"""The files for Kubernetes as objects, and the pods that they make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from tests.resources.bundle import OneOfEach
from tests.scheduling.conftest import SCHEDULING

FOLDER = SCHEDULING / "kubernetes"


def objects(name: str) -> list[dict[str, Any]]:
    """The objects in one file."""
    found = [*yaml.load_all((FOLDER / name).read_text(), Loader=OneOfEach)]
    assert found
    return found


def kustomization() -> dict[str, Any]:
    (found,) = objects("kustomization.yml")
    return found


def applied() -> list[dict[str, Any]]:
    """What `kubectl apply --kustomize` brings, but for what is generated."""
    return [one for name in kustomization()["resources"] for one in objects(name)]


def cron_jobs() -> dict[str, dict[str, Any]]:
    """By name, less what all names begin with."""
    return {
        one["metadata"]["name"].removeprefix("lakewheel-"): one["spec"] for one in applied() if one["kind"] == "CronJob"
    }


def ray_job() -> dict[str, Any]:
    (found,) = objects("ray-job.yml")
    return found


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every pod that a file describes, and what it is for."""
    for name, job in cron_jobs().items():
        yield name, job["jobTemplate"]["spec"]["template"]["spec"]
    cluster = ray_job()["spec"]["rayClusterSpec"]
    yield "head", cluster["headGroupSpec"]["template"]["spec"]
    for group in cluster["workerGroupSpecs"]:
        yield "worker", group["template"]["spec"]
    (executor,) = objects("executor.yml")
    yield "executor", executor["spec"]


def environment() -> dict[str, str]:
    return dict(line.split("=", 1) for line in (FOLDER / "environment.env").read_text().splitlines())


def spark_defaults() -> dict[str, str]:
    lines = (FOLDER / "spark-defaults.conf").read_text().splitlines()
    properties = [line.split(None, 1) for line in lines if line and not line.startswith("#")]
    assert len({name for name, _ in properties}) == len(properties)
    return {name: value for name, value in properties}
