"""The architecture: the arrow, the size of rooms, light doors, one place that writes, nothing of one machine."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house_rules import (
    ARROW,
    HEAVY,
    LONG_FUNCTION,
    climbs,
    function_lengths,
    imports_of,
    imports_on_load_of,
    machine_paths,
    registry_hosts,
    says_nothing,
    table_writes,
    too_long,
    undeclared,
    vague_names,
    web_addresses,
)

ROOT = Path(__file__).parent.parent
INSTALLING = ("Makefile", "setup.py", "pyproject.toml", "constraints.txt", "model-packages.txt", ".ci", "scripts")
MODELS = HEAVY - {"pyspark", "mlflow"}
WRITERS = (
    "lakehouse/merge.py",
    "lakehouse/change.py",
    "lakehouse/write.py",
    "lakehouse/ensure.py",
    "lakehouse/upkeep.py",
)
LIGHT = ("conf", "lakehouse.tables", "lakehouse.jars")


def sources(*folders: str) -> dict[str, str]:
    """Path and text of every module below; a folder without any is a test that cannot fail, so it fails."""
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    for folder in folders:
        assert any(file.is_relative_to(ROOT / folder) for file in files), f"expected modules in {folder}/"
    return {file.relative_to(ROOT).as_posix(): file.read_text() for file in files}


def breaches(rule: Callable[[str], list[str]], texts: dict[str, str]) -> list[str]:
    assert texts
    return [f"{path} {breach}" for path, text in texts.items() for breach in rule(text)]


def tracked() -> dict[str, str]:
    """Every text file that is, or would be, in the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listing.returncode != 0:
        pytest.skip("not a git checkout, so nothing says which files belong to it")
    files = [name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]
    return {name: (ROOT / name).read_text(errors="ignore") for name in files}


@pytest.mark.parametrize("package", ARROW)
def test_imports_follow_the_arrow(package: str) -> None:
    assert breaches(lambda text: climbs(package, text), sources(package)) == []


def test_import_linter_sees_the_same_arrow() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    ended = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout
    assert "0 broken" in ended.stdout


def test_files_and_functions_are_rooms_not_halls() -> None:
    assert breaches(too_long, sources(*ARROW, "examples", "benchmarks", "tests")) == []


def test_nine_functions_in_ten_are_short() -> None:
    lengths = {
        f"{path}: {name}": length
        for path, text in sources(*ARROW).items()
        for name, length in function_lengths(text).items()
    }
    long = {name: length for name, length in lengths.items() if length >= LONG_FUNCTION}
    assert len(long) <= len(lengths) / 10, long


def test_every_file_begins_by_saying_what_it_is_for() -> None:
    assert breaches(says_nothing, sources(*ARROW)) == []


def test_nothing_is_named_after_nothing() -> None:
    texts = sources(*ARROW)
    assert [breach for path, text in texts.items() for breach in vague_names(path, text)] == []


def test_every_folder_of_modules_is_a_package_so_that_the_wheel_holds_it() -> None:
    folders = {(ROOT / path).parent for path in sources(*ARROW)}
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_everything_imported_is_asked_for_in_setup() -> None:
    named = [Requirement(text) for text in requires("lakewheel") or []]
    ours = {canonicalize_name(one.name) for one in named if "dev" not in str(one.marker)}
    assert {"pydantic", "pyspark", "torch"} <= ours
    declared = frozenset(
        {module for module, names in packages_distributions().items() if ours & {*map(canonicalize_name, names)}}
        # pydantic's own half; what a cluster brings; what has an environment of its own; the checkout's folder, which
        # jobs/demo.py asks for first; an extra that is not installed by default, so nothing says what it holds
        | {"pydantic_core", "databricks", "vllm", "examples", "lm_eval"}
    )
    assert breaches(lambda text: undeclared(declared, text), sources(*ARROW)) == []


def test_the_lakehouse_knows_nothing_of_models() -> None:
    assert breaches(lambda text: imports_of(MODELS, text), sources("conf", "lakehouse")) == []


def test_doors_and_settings_load_nothing_heavy() -> None:
    assert breaches(lambda text: imports_on_load_of(HEAVY, text), sources("conf", "jobs")) == []
    doors = [path.removesuffix(".py").replace("/", ".").removesuffix(".__init__") for path in sources("jobs")]
    assert heavy_modules_after_importing(*LIGHT, *doors) == []


def test_only_the_write_path_changes_tables() -> None:
    texts = sources("conf", "lakehouse", "pipelines", "jobs")
    assert breaches(table_writes, {path: text for path, text in texts.items() if path not in WRITERS}) == []
    assert breaches(table_writes, {path: texts[path] for path in WRITERS}) != []


def test_no_file_names_a_registry_or_one_machine() -> None:
    assert breaches(lambda text: registry_hosts(text) + machine_paths(text), tracked()) == []


def test_what_installs_holds_no_web_address() -> None:
    installing = {path: text for path, text in tracked().items() if path.startswith(INSTALLING)}
    assert {path.split("/")[0] for path in installing} == set(INSTALLING)
    assert breaches(web_addresses, installing) == []


def heavy_modules_after_importing(*modules: str) -> list[str]:
    """Which heavy packages a fresh Python holds after these imports."""
    imports = "import importlib, json, sys; [importlib.import_module(name) for name in sys.argv[1:]]"
    program = [sys.executable, "-c", f"{imports}; print(json.dumps([*sys.modules]))"]
    ended = subprocess.run([*program, *modules], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return sorted(HEAVY & set(json.loads(ended.stdout.splitlines()[-1])))
