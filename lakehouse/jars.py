"""Delta's JARs: those of a folder that settings name, or of a cache that `python -m lakehouse.jars` fills once."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from filelock import FileLock

from lakehouse.ivy import CERTIFICATE_VARIABLES, IvyError, fetch_jars
from lakehouse.java import JavaError

SCALA = "2.13"
OUR_GROUPS = ("io.delta_", "io.unitycatalog_")
# Everything else in Delta's dependency tree comes with Spark. Without the excludes it is 33 JARs and 174 MB, and a
# half-filled Maven cache of somebody else's project breaks the resolution.
SHIPPED_WITH_SPARK = ("com.*:*", "commons-*:*", "io.airlift:*", "jakarta.*:*", "javax.*:*", "org.*:*")
MANIFEST = "manifest.json"


class JarsError(RuntimeError):
    """Delta's JARs are not to be had; the message says what to do."""


def delta_jars(folder: Path | None = None) -> list[Path]:
    """The JARs to pass to Spark as `spark.jars`: of the named folder, else of the cache, which is filled if need be."""
    if folder is not None:
        return _named_jars(Path(folder).expanduser())
    target = jars_cache()
    if not _is_complete(target):
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{target}.lock"):
                if not _is_complete(target):
                    _fill(target)
        except IvyError as problem:
            raise JarsError(_how_to_get_them(target, str(problem))) from None
        except JavaError as problem:
            raise JarsError(str(problem)) from None
        except OSError as problem:
            raise JarsError(
                f"expected to keep Delta's JARs in {target}, but: {problem}. "
                "Make room there, or name another folder in LAKEWHEEL_CACHE."
            ) from problem
    return sorted(target.glob("*.jar"))


def delta_coordinate() -> str:
    """The Maven coordinate of the installed delta-spark for the installed Spark."""
    return f"io.delta:delta-spark_{_spark_line()}_{SCALA}:{_installed('delta-spark')}"


def cache_folder() -> Path:
    """Where this machine keeps what can be fetched or made again: LAKEWHEEL_CACHE, else the platform's place."""
    if named := os.environ.get("LAKEWHEEL_CACHE"):
        return Path(named).expanduser().resolve()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "lakewheel"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lakewheel"


def jars_cache() -> Path:
    """The cache's folder of this Delta for this Spark."""
    return cache_folder() / "jars" / f"delta-{_installed('delta-spark')}-spark-{_spark_line()}"


def _needed() -> dict[str, str | None]:
    """Each artifact without which Delta does not load, and its version where ours fixes it."""
    delta = _installed("delta-spark")
    ours = ("delta-kernel-api", "delta-kernel-defaults", "delta-kernel-unitycatalog", "delta-storage")
    return {
        f"delta-spark_{_spark_line()}_{SCALA}": delta,
        **dict.fromkeys(ours, delta),
        "unitycatalog-client": None,
        "unitycatalog-hadoop": None,
    }


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        raise JarsError(f"expected {package} for a local session; run: pip install 'lakewheel[spark]'") from None


def _spark_line() -> str:
    return ".".join(_installed("pyspark").split(".")[:2])


def _fill(target: Path) -> None:
    """Fetch, check and put in place; the manifest is written last and the folder appears whole or not at all."""
    for left_by_a_killed_run in target.parent.glob("incoming-*"):
        shutil.rmtree(left_by_a_killed_run, ignore_errors=True)
    print(f"lakewheel: fetching {delta_coordinate()} (about 13 MB, once) ...", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="incoming-", dir=target.parent) as incoming:
        fetched = fetch_jars(delta_coordinate(), SHIPPED_WITH_SPARK, Path(incoming))
        ready = Path(incoming) / "ready"
        ready.mkdir()
        for jar in fetched:
            if jar.name.startswith(OUR_GROUPS):
                shutil.copyfile(jar, ready / jar.name)
        problems = [*_faults(ready)]
        if problems:
            raise IvyError("; ".join(problems))
        (ready / MANIFEST).write_text(json.dumps([_entry(jar) for jar in sorted(ready.glob("*.jar"))], indent=1))
        shutil.rmtree(target, ignore_errors=True)
        ready.rename(target)


def _entry(jar: Path) -> dict[str, str | int]:
    content = jar.read_bytes()
    return {"file": jar.name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _is_complete(folder: Path) -> bool:
    """Whether the manifest is there and every JAR, and no other, is as it says."""
    try:
        listed = json.loads((folder / MANIFEST).read_text())
        return bool(listed) and listed == [_entry(jar) for jar in sorted(folder.glob("*.jar"))]
    except (OSError, ValueError):
        return False


def _named_jars(folder: Path) -> list[Path]:
    problems = [*_faults(folder)] if folder.is_dir() else ["there is no such folder"]
    if problems:
        raise JarsError(
            f"expected Delta's JARs in {folder}, which setting spark.jars_folder names, but {'; '.join(problems)}. "
            f"On a connected machine with the same packages run `python -m lakehouse.jars {folder.name}`, which fills "
            "a folder of that name, and copy its files; or set spark.jars_folder to null to use the cache."
        )
    return sorted(folder.glob("*.jar"))


def _faults(folder: Path) -> Iterator[str]:
    """What a folder of JARs lacks, has in the wrong version, or has broken; nothing if it will do."""
    names = [jar.name for jar in sorted(folder.glob("*.jar"))]
    for artifact, needed in _needed().items():
        found = [match[1] for name in names if (match := _version_in(artifact, name))]
        if not found:
            yield f"{artifact}-{needed or '*'}.jar is missing"
        elif len(found) > 1 or needed not in (None, found[0]):
            yield f"{artifact} is there as {' and '.join(found)} where one {needed or 'version'} is expected"
    yield from (f"{name} is broken" for name in names if not _is_sound(folder / name))


def _version_in(artifact: str, name: str) -> re.Match[str] | None:
    """Ivy puts the group in front of a file's name, Maven does not."""
    return re.fullmatch(rf"(?:[\w.]+_)?{re.escape(artifact)}-(\d[\w.]*)\.jar", name)


def _is_sound(jar: Path) -> bool:
    try:
        with zipfile.ZipFile(jar) as archive:
            return archive.testzip() is None
    except (OSError, zipfile.BadZipFile):
        return False


def _how_to_get_them(target: Path, reason: str) -> str:
    named = next((name for name in CERTIFICATE_VARIABLES if os.environ.get(name)), None)
    trusted = f"the certificates that {named} names" if named else "the certificates of Java"
    return (
        f"expected Delta's JARs in {target}, and could not fetch {delta_coordinate()} from Maven with {trusted}: "
        f"{reason.rstrip('.')}. With a network, run `python -m lakehouse.jars` again; behind a proxy, set https_proxy, "
        "and SSL_CERT_FILE if it has certificates of its own; behind a mirror, name it in DEFAULT_ARTIFACT_REPOSITORY. "
        "Without a network, run `python -m lakehouse.jars FOLDER` on a connected machine with the same packages, copy "
        "FOLDER here and name it in setting spark.jars_folder."
    )


def main(arguments: list[str]) -> None:
    """Fill the cache; with a folder as argument, fill that from it, for a machine without a network."""
    try:
        jars = delta_jars()
        if arguments:
            jars = [Path(shutil.copy(jar, _made(Path(arguments[0])))) for jar in jars]
    except JarsError as problem:
        sys.exit(f"lakewheel: {problem}")
    megabytes = sum(jar.stat().st_size for jar in jars) / 1e6
    print(f"{len(jars)} JARs of Delta {_installed('delta-spark')} ({megabytes:.0f} MB) in {jars[0].parent}")


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    main(sys.argv[1:])
