"""The files for Kubernetes: they name what is there, agree with each other, and hold no secret."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from conf import load_settings
from conf.secret_names import looks_like_secret_value, variable_of
from tests.resources.bundle import ROOT
from tests.scheduling.conftest import SCHEDULING
from tests.scheduling.kubernetes import (
    FOLDER,
    applied,
    cron_jobs,
    environment,
    kustomization,
    objects,
    pods,
    ray_job,
    spark_defaults,
)
from tests.scheduling.test_crontab import bundle_times

SETTINGS = load_settings(str(FOLDER / "settings.yml")).settings
DRIVERS = {"documents", "upkeep", "head"}
WITH_RAY = {"loop", "evaluation"}
PINNED = [line.split(" ")[0] for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line]
PINS = dict(pin.split("==") for pin in PINNED)


def test_every_file_is_applied_or_read_by_what_is() -> None:
    (files, variables) = kustomization()["configMapGenerator"]
    used = {*kustomization()["resources"], *files["files"], *variables["envs"], "kustomization.yml"}
    assert {file.name for file in FOLDER.iterdir()} - used == {"Dockerfile", "lakewheel-ray-job"}
    assert kustomization()["generatorOptions"] == {"disableNameSuffixHash": True}


def test_every_object_says_what_it_is() -> None:
    kinds = {(one["apiVersion"], one["kind"]) for one in applied()}
    assert kinds == {
        ("v1", "Namespace"),
        ("v1", "PersistentVolumeClaim"),
        ("v1", "ServiceAccount"),
        ("rbac.authorization.k8s.io/v1", "Role"),
        ("rbac.authorization.k8s.io/v1", "RoleBinding"),
        ("batch/v1", "CronJob"),
    }
    assert (ray_job()["apiVersion"], ray_job()["kind"]) == ("ray.io/v1", "RayJob")
    assert ray_job()["metadata"]["namespace"] == kustomization()["namespace"]


def test_every_job_runs_at_the_time_of_the_bundle_and_one_at_a_time() -> None:
    assert {name: job["schedule"] for name, job in cron_jobs().items()} == bundle_times()
    assert {(job["timeZone"], job["concurrencyPolicy"]) for job in cron_jobs().values()} == {("Etc/UTC", "Forbid")}
    for job in cron_jobs().values():
        assert job["jobTemplate"]["spec"]["template"]["spec"]["restartPolicy"] == "Never"
        assert job["jobTemplate"]["spec"]["activeDeadlineSeconds"] > 0


def test_every_job_calls_its_own_steps() -> None:
    (jobs,) = re.findall(r"^case \$job in (.*?)\) ;;", steps_script(), re.MULTILINE)
    assert cron_jobs().keys() == {*jobs.split(" | ")} == {"loop", "documents", "evaluation", "upkeep"}
    for name, job in cron_jobs().items():
        (container,) = job["jobTemplate"]["spec"]["template"]["spec"]["containers"]
        assert container["command"] == ["lakewheel-ray-job" if name in WITH_RAY else "lakewheel-steps", name]
    assert ray_job()["spec"]["entrypoint"] == "lakewheel-steps JOB"


def steps_script() -> str:
    return (SCHEDULING / "lakewheel-steps").read_text()


def test_what_a_ray_job_may_take_is_less_than_what_waits_for_it() -> None:
    longest = ray_job()["spec"]["activeDeadlineSeconds"]
    assert cron_jobs()["loop"]["jobTemplate"]["spec"]["activeDeadlineSeconds"] > longest
    assert ray_job()["spec"]["shutdownAfterJobFinishes"] is True


def test_all_pods_have_the_image_of_this_version_and_are_nobody_s_root() -> None:
    (tag,) = re.findall(r'version="([\d.]+)"', (ROOT / "setup.py").read_text())
    image = f"lakewheel:{tag}"
    seen = dict(pods())
    assert len(seen) == 7
    for name, pod in seen.items():
        assert [one.get("image") for one in pod["containers"]] == [None if name == "executor" else image]
        assert pod["securityContext"]["runAsUser"] == 1000 and pod["securityContext"]["runAsNonRoot"] is True
    assert spark_defaults()["spark.kubernetes.container.image"] == image
    assert f"--tag {image} ." in (FOLDER / "Dockerfile").read_text()


def test_every_name_that_a_pod_refers_to_is_made_here_but_the_secret() -> None:
    made = {"PersistentVolumeClaim": set[str](), "ServiceAccount": set[str]()}
    for one in applied():
        made.setdefault(one["kind"], set()).add(one["metadata"]["name"])
    made["ConfigMap"] = {one["name"] for one in kustomization()["configMapGenerator"]}
    for _, pod in pods():
        volumes = {volume["name"]: volume for volume in pod["volumes"]}
        for volume in volumes.values():
            assert (
                volume.get("persistentVolumeClaim", {"claimName": "lakewheel"})["claimName"]
                in made["PersistentVolumeClaim"]
            )
            assert volume.get("configMap", {"name": "lakewheel-files"})["name"] in made["ConfigMap"]
        assert pod.get("serviceAccountName", "lakewheel") in made["ServiceAccount"]
        for container in pod["containers"]:
            assert {mount["name"] for mount in container["volumeMounts"]} == volumes.keys()
            for source in container.get("envFrom", []):
                assert source["configMapRef"]["name"] in made["ConfigMap"]


def test_every_path_of_the_variables_and_settings_is_on_a_volume_that_is_mounted() -> None:
    (files, _) = kustomization()["configMapGenerator"]
    assert Path(environment()["LAKEWHEEL_CONF"]).name in files["files"]
    for name in ("LAKEWHEEL_CONF", "SPARK_CONF_DIR"):
        assert environment()[name].startswith("/etc/lakewheel")
    template = spark_defaults()["spark.kubernetes.executor.podTemplateFile"]
    assert template.startswith("/etc/lakewheel/") and Path(template).name in files["files"]
    shared = [environment()[name] for name in ("LAKEWHEEL_HOME", "LAKEWHEEL_LOGS", "LAKEWHEEL_DOCUMENTS")]
    shared += [SETTINGS.model.base, SETTINGS.reward.base, spark_defaults()["spark.sql.warehouse.dir"]]
    assert [path for path in shared if not path.startswith("/lakewheel/")] == []
    needed = set(re.findall(r"\$\{(LAKEWHEEL_\w+):\?", steps_script()))
    assert needed <= environment().keys()
    for name, pod in pods():
        mounts = {mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]}
        assert name in WITH_RAY or "/lakewheel" in mounts, name
        assert name == "executor" or "/etc/lakewheel" in mounts, name


def test_every_driver_is_told_the_secret_by_reference_and_where_executors_find_it() -> None:
    for name, pod in pods():
        given = {one["name"]: one["valueFrom"] for one in pod["containers"][0].get("env", [])}
        expected: dict[str, Any] = {
            variable_of(SETTINGS.privacy.subject_key): {"secretKeyRef": {"name": "lakewheel", "key": "subject_key"}},
            "SPARK_LOCAL_HOSTNAME": {"fieldRef": {"fieldPath": "status.podIP"}},
        }
        assert given == (expected if name in DRIVERS else {}), name


def test_an_actor_fits_a_worker_and_nothing_is_put_on_the_head() -> None:
    cluster = ray_job()["spec"]["rayClusterSpec"]
    (group,) = cluster["workerGroupSpecs"]
    assert cluster["headGroupSpec"]["rayStartParams"]["num-cpus"] == "0"
    limits = group["template"]["spec"]["containers"][0]["resources"]["limits"]
    assert SETTINGS.ray.cores_per_actor is not None
    assert SETTINGS.ray.cores_per_actor <= int(limits["cpu"])
    assert SETTINGS.ray.accelerators_per_actor <= int(limits["nvidia.com/gpu"])
    assert group["replicas"] == group["minReplicas"] == group["maxReplicas"]
    for training in (SETTINGS.reward.training, SETTINGS.tune.training):
        assert (training.launcher, training.ranks) == ("ray", group["replicas"])
    assert (SETTINGS.ray.cluster, SETTINGS.ray.address) == ("address", "auto")


def test_versions_are_those_that_were_tried_together() -> None:
    text = (FOLDER / "Dockerfile").read_text()
    assert ray_job()["spec"]["rayClusterSpec"]["rayVersion"] == PINS["ray"]
    assert f"SPARK_IMAGE=apache/spark:{PINS['pyspark']}\n" in text
    assert "COPY constraints.txt" in text and "--constraint /tmp/lakewheel/constraints.txt" in text
    (python,) = re.findall(r"^FROM python:(3\.\d+)-", text, re.MULTILINE)
    assert f"/lib/python{python}/site-packages/pyspark" in text
    assert python in ("3.10", "3.11", "3.12")


def test_the_image_holds_what_the_pods_call() -> None:
    (line,) = re.findall(r"COPY --chmod=755 (.*) /usr/local/bin/\n", (FOLDER / "Dockerfile").read_text())
    assert all((ROOT / file).is_file() and os.access(ROOT / file, os.X_OK) for file in line.split())
    commands = {pod["containers"][0].get("command", [None])[0] for _, pod in pods()} - {None}
    assert commands == {Path(file).name for file in line.split()}


def test_the_account_may_do_what_spark_and_the_ray_jobs_need_and_nothing_elsewhere() -> None:
    account, role, binding = objects("account.yml")
    verbs = {resource: one["verbs"] for one in role["rules"] for resource in one["resources"]}
    assert verbs["rayjobs"] == ["create", "get"]
    assert {"create", "get", "list", "watch", "delete"} <= {*verbs["pods"]}
    assert "secrets" not in str(role["rules"]) and "*" not in str(role["rules"])
    assert binding["roleRef"]["name"] == role["metadata"]["name"]
    assert binding["subjects"][0]["name"] == account["metadata"]["name"]


@pytest.mark.parametrize("file", sorted(file for file in SCHEDULING.rglob("*") if file.is_file()), ids=lambda f: f.name)
def test_no_file_holds_a_secret_or_somebody_s_address(file: Path) -> None:
    text = file.read_text()
    assert not re.search(r"[\w.+-]+@[\w-]+\.\w+", text)
    assert [word for word in text.split() if looks_like_secret_value(word)] == []
