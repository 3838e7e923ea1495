"""Delta's JARs: fetched once by Spark's own Ivy (here from a repository of our making), never trusted unseen."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lakehouse.jars import JarsError, delta_coordinate, delta_jars, jars_cache
from lakehouse.jars import main as jars_command

DELTA_SPARK, DELTA = delta_coordinate().split(":")[1:]
UNITY = "0.6.0"
ARTIFACTS = {
    ("io.delta", DELTA_SPARK): DELTA,
    ("io.delta", "delta-storage"): DELTA,
    ("io.delta", "delta-kernel-api"): DELTA,
    ("io.delta", "delta-kernel-defaults"): DELTA,
    ("io.delta", "delta-kernel-unitycatalog"): DELTA,
    ("io.unitycatalog", "unitycatalog-client"): UNITY,
    ("io.unitycatalog", "unitycatalog-hadoop"): UNITY,
}
# Spark ships these. They are in no repository here, so asking for one would fail.
NOT_TO_BE_ASKED_FOR = {("com.google.guava", "guava"): "1.0", ("org.roaringbitmap", "RoaringBitmap"): "0.9"}
NAMES = sorted(f"{group}_{artifact}-{version}.jar" for (group, artifact), version in ARTIFACTS.items())


def write_jar(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content", file.name * 100)


def dependency(group: str, artifact: str, version: str) -> str:
    return f"<groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>"


@pytest.fixture(scope="module")
def maven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with Delta's seven, the first of which needs all the others."""
    repository = tmp_path_factory.mktemp("maven")
    needs = [key for key in {**ARTIFACTS, **NOT_TO_BE_ASKED_FOR}.items() if key[0][1] != DELTA_SPARK]
    listed = "".join(f"<dependency>{dependency(*key, version)}</dependency>" for key, version in needs)
    for (group, artifact), version in ARTIFACTS.items():
        folder = repository / group.replace(".", "/") / artifact / version
        folder.mkdir(parents=True)
        write_jar(folder / f"{artifact}-{version}.jar")
        needed = f"<dependencies>{listed}</dependencies>" if artifact == DELTA_SPARK else ""
        pom = f"<project><modelVersion>4.0.0</modelVersion>{dependency(group, artifact, version)}{needed}</project>"
        (folder / f"{artifact}-{version}.pom").write_text(pom)
    return repository


@pytest.fixture
def cache(maven: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and the repository as the place to fill it from."""
    monkeypatch.setenv("LAKEWHEEL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("DEFAULT_ARTIFACT_REPOSITORY", f"{maven.as_uri()}/")
    return jars_cache()


@pytest.fixture(scope="module")
def fetched(maven: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Ivy brings, once for all the tests that begin with it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAKEWHEEL_CACHE", str(tmp_path_factory.mktemp("fetched")))
        patch.setenv("DEFAULT_ARTIFACT_REPOSITORY", f"{maven.as_uri()}/")
        return delta_jars()[0].parent


@pytest.fixture
def filled(cache: Path, fetched: Path) -> Path:
    shutil.copytree(fetched, cache)
    return cache


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as somebody would carry it to a closed network, with the names that Maven gives."""
    folder = tmp_path / "carried"
    folder.mkdir()
    for name in NAMES:
        write_jar(folder / name.split("_", 1)[1])
    return folder


def names(jars: list[Path]) -> list[str]:
    return [jar.name for jar in jars]


def test_the_coordinate_is_the_one_that_deltas_own_package_names() -> None:
    from delta import configure_spark_with_delta_pip
    from pyspark.sql import SparkSession

    theirs = configure_spark_with_delta_pip(SparkSession.Builder())
    assert delta_coordinate() == theirs._options["spark.jars.packages"]


def test_a_filled_cache_is_used_without_java_and_network(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    assert delta_jars() == [filled / name for name in NAMES]


@pytest.mark.parametrize("damage", ["truncated", "without manifest"])
def test_a_damaged_cache_is_fetched_again(filled: Path, fetched: Path, damage: str) -> None:
    if damage == "truncated":
        (filled / NAMES[0]).write_bytes((filled / NAMES[0]).read_bytes()[:50])
    else:
        (filled / "manifest.json").unlink()
        (filled.parent / "incoming-of-a-killed-run").mkdir()
    again = {jar.name: jar.read_bytes() for jar in delta_jars()}
    assert again == {name: (fetched / name).read_bytes() for name in NAMES}
    assert not (filled.parent / "incoming-of-a-killed-run").exists()


def test_two_processes_fill_one_cache_once_with_the_seven_and_nothing_that_spark_ships(cache: Path) -> None:
    command = [sys.executable, "-m", "lakehouse.jars"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum("fetching" in err for _, err in said) == 1
    assert all(out.startswith("7 JARs") for out, _ in said)
    assert names(delta_jars()) == NAMES
    assert sorted(entry.name for entry in cache.parent.iterdir()) == [cache.name, f"{cache.name}.lock"]


def test_without_a_network_the_error_says_what_to_do(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEFAULT_ARTIFACT_REPOSITORY", f"{(tmp_path / 'empty').as_uri()}/")
    monkeypatch.setenv("https_proxy", "127.0.0.1:9")
    with pytest.raises(JarsError) as problem:
        delta_jars()
    for word in (str(cache), delta_coordinate(), "not found", "python -m lakehouse.jars FOLDER", "spark.jars_folder"):
        assert word in str(problem.value)
    assert not cache.exists()


def test_without_java_the_error_says_so(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    with pytest.raises(JarsError, match="expected Java 17 to 23"):
        delta_jars()


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LAKEWHEEL_CACHE", str(tmp_path / "file"))
    with pytest.raises(JarsError, match="name another folder in LAKEWHEEL_CACHE"):
        delta_jars()


def test_a_named_folder_is_used_as_it_is_with_what_else_it_holds(folder: Path) -> None:
    write_jar(folder / "a-file-system.jar")
    assert names(delta_jars(folder)) == sorted([*(name.split("_", 1)[1] for name in NAMES), "a-file-system.jar"])


def test_all_faults_of_a_named_folder_are_told_at_once(folder: Path) -> None:
    (folder / f"delta-storage-{DELTA}.jar").unlink()
    (folder / f"delta-kernel-api-{DELTA}.jar").rename(folder / "delta-kernel-api-4.0.0.jar")
    write_jar(folder / "unitycatalog-client-0.5.0.jar")
    (folder / f"unitycatalog-hadoop-{UNITY}.jar").write_bytes(b"PK\3\4 truncated")
    with pytest.raises(JarsError) as problem:
        delta_jars(folder)
    for fault in (
        f"delta-storage-{DELTA}.jar is missing",
        f"delta-kernel-api is there as 4.0.0 where one {DELTA} is expected",
        "unitycatalog-client is there as 0.5.0 and 0.6.0 where one version is expected",
        f"unitycatalog-hadoop-{UNITY}.jar is broken",
    ):
        assert fault in str(problem.value)


def test_a_flipped_byte_in_a_named_folder_is_found(folder: Path) -> None:
    jar = folder / f"delta-storage-{DELTA}.jar"
    content = bytearray(jar.read_bytes())
    content[60] ^= 1
    jar.write_bytes(content)
    with pytest.raises(JarsError, match=f"delta-storage-{DELTA}.jar is broken"):
        delta_jars(folder)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JarsError, match="there is no such folder"):
        delta_jars(tmp_path / "nowhere")


def test_the_command_fills_a_folder_to_carry_away(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jars_command([str(tmp_path / "to carry")])
    assert f"in {tmp_path / 'to carry'}" in capsys.readouterr().out
    assert names(delta_jars(tmp_path / "to carry")) == NAMES
