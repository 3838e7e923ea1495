"""The wheel: the same bytes whoever builds it, nothing that was deleted, and light where it should be light."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PACKAGES = ("conf", "lakehouse", "pipelines", "jobs")
NEEDED = (*PACKAGES, "setup.py", "pyproject.toml", "LICENSE")
HEAVY = ("torch", "ray", "transformers", "deepspeed", "pyspark", "delta", "mlflow")


def copy_sources(folder: Path) -> Path:
    folder.mkdir()
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder)
    return folder


def build(folder: Path, umask: int = 0o022, **environment: str) -> Path:
    """One wheel, as `make wheel` builds it."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "dist"]
    ended = subprocess.run(
        command, cwd=folder, umask=umask, env={**os.environ, **environment}, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    (wheel,) = (folder / "dist").glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(copy_sources(tmp_path_factory.mktemp("wheel") / "one"))


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


@pytest.fixture(scope="module")
def base_environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where only the wheel and what its base needs are installed; brought by uv, from its cache if it has them."""
    folder = tmp_path_factory.mktemp("base") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    uv = [Path(sys.executable).with_name("uv"), "pip", "install", "--quiet", "--python", folder / "bin" / "python"]
    subprocess.run([*uv, "--constraint", ROOT / "constraints.txt", wheel], check=True)
    return folder / "bin"


def test_another_person_on_another_day_builds_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    elsewhere = copy_sources(tmp_path / "elsewhere")
    for file in elsewhere.rglob("*.py"):
        os.utime(file, (1e9, 1e9))
        file.chmod(0o600)
    another = build(elsewhere, umask=0o077, TZ="Asia/Tokyo", PYTHONHASHSEED="7", LC_ALL="C")
    assert another.read_bytes() == wheel.read_bytes()


def test_a_deleted_module_does_not_survive_in_the_next_wheel(wheel: Path, tmp_path: Path) -> None:
    folder = copy_sources(tmp_path / "changing")
    doomed = folder / "lakehouse" / "doomed.py"
    doomed.write_text('"""Soon gone."""\n')
    (folder / "conf" / "doomed.yml").write_text("a: 1\n")
    with zipfile.ZipFile(build(folder)) as archive:
        assert {"lakehouse/doomed.py", "conf/doomed.yml"} <= set(archive.namelist())
    doomed.unlink()
    (folder / "conf" / "doomed.yml").unlink()
    assert (folder / "build").is_dir()
    assert build(folder).read_bytes() == wheel.read_bytes()


def test_the_wheel_holds_the_four_packages_whole_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = {file for package in PACKAGES for file in (ROOT / package).rglob("*") if file.is_file()}
    expected = {file.relative_to(ROOT).as_posix() for file in files if "__pycache__" not in file.parts}
    assert {"conf/base.yml", "jobs/command.py"} <= expected
    assert held == expected


def test_the_base_names_nothing_that_a_cluster_brings_itself(metadata: Message) -> None:
    named = [Requirement(text) for text in metadata.get_all("Requires-Dist") or []]
    base = {requirement.name for requirement in named if requirement.marker is None}
    assert {"pydantic", "deltalake"} <= base
    assert base & {"torch", "ray", "transformers", "deepspeed", "pyspark", "delta-spark", "mlflow"} == set()
    assert set(metadata.get_all("Provides-Extra") or []) == {"spark", "ray", "train", "lm-eval", "dev", "all"}
    assert metadata["License-Expression"] == "Apache-2.0"


def test_the_program_runs_from_another_folder_with_the_settings_inside(base_environment: Path, tmp_path: Path) -> None:
    for command in (["--help"], ["settings"], ["settings", "--conf", "prod"]):
        program = [base_environment / "lakewheel", *command]
        ended = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert ended.stdout.strip()


def test_the_doors_open_where_neither_torch_nor_ray_nor_spark_is_installed(
    base_environment: Path, tmp_path: Path
) -> None:
    doors = [f"jobs.{file.stem}" for file in sorted((ROOT / "jobs").glob("*.py")) if file.stem != "__init__"]
    assert "jobs.command" in doors
    program = (
        f"import importlib.util as u; assert not [n for n in {HEAVY} if u.find_spec(n)]; "
        f"import conf, {', '.join(doors)}, lakehouse.tables, lakehouse.jars; print(conf.__file__)"
    )
    ended = subprocess.run([base_environment / "python", "-c", program], cwd=tmp_path, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert Path(ended.stdout.strip()).is_relative_to(base_environment.parent)
