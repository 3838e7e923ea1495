"""Which Java Spark runs on; `python -m lakehouse.java` prints it, or the line that gets one. Standard library only."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

OLDEST, NEWEST = 17, 23  # Spark 4.1 stops with "getSubject is not supported" on Java 24 and later
KNOWN_PLACES = {
    "Darwin": (
        "/opt/homebrew/opt/openjdk*/bin/java",
        "/usr/local/opt/openjdk*/bin/java",
        "/Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java",
    ),
    "Linux": ("/usr/lib/jvm/*/bin/java",),
}


class JavaError(RuntimeError):
    """No Java that Spark can run on was found."""


def java_home(environment: Mapping[str, str] | None = None) -> Path:
    """The home of a Java that Spark runs on: JAVA_HOME's, else the first on the PATH, else one in a known place."""
    environment = os.environ if environment is None else environment
    seen = []
    for program in _candidates(environment):
        home, version = _ask(program)
        if home and OLDEST <= version <= NEWEST:
            return home
        seen.append(f"{program} {f'is Java {version}' if home else 'does not run'}")
    found = "; ".join(seen) if seen else "none was found"
    raise JavaError(f"expected Java {OLDEST} to {NEWEST} for Spark, but {found}. {_remedy(environment)}")


def _candidates(environment: Mapping[str, str]) -> Iterator[Path]:
    """JAVA_HOME alone if it is set: whoever sets it means it."""
    if environment.get("JAVA_HOME"):
        yield Path(environment["JAVA_HOME"], "bin", "java")
        return
    on_path = shutil.which("java", path=environment.get("PATH"))
    if on_path:
        yield Path(on_path)
    for pattern in KNOWN_PLACES.get(platform.system(), ()):
        yield from sorted(Path("/").glob(pattern.lstrip("/")))


def _ask(program: Path) -> tuple[Path | None, int]:
    """The home and the version that a Java reports of itself; macOS has a /usr/bin/java that is none."""
    try:
        answer = subprocess.run(
            [program, "-XshowSettings:properties", "-version"], capture_output=True, text=True, timeout=60
        ).stderr
    except (OSError, subprocess.TimeoutExpired):
        return None, 0
    home = re.search(r"^\s*java\.home = (.+)$", answer, re.MULTILINE)
    version = re.search(r"^\s*java\.specification\.version = (?:1\.)?(\d+)", answer, re.MULTILINE)
    return (Path(home.group(1).strip()), int(version.group(1))) if home and version else (None, 0)


def _remedy(environment: Mapping[str, str]) -> str:
    if environment.get("JAVA_HOME"):
        return f"Point JAVA_HOME at a Java {OLDEST} to {NEWEST}, or unset it to have one looked for."
    if platform.system() == "Darwin":
        return "Run: brew install openjdk@17"
    if shutil.which("apt-get"):
        return f"Run: sudo apt-get install -y {debian_package()}"
    return f"Install a Java runtime {OLDEST} to {NEWEST} and set JAVA_HOME to it."


def debian_package() -> str:
    """What this Debian or Ubuntu calls it: 17 where it is packaged, 21 on those that came after."""
    for package in ("openjdk-17-jre-headless", "openjdk-21-jre-headless"):
        known = subprocess.run(["apt-cache", "show", package], capture_output=True)
        if known.returncode == 0:
            return package
    return "openjdk-17-jre-headless"


def main() -> None:
    try:
        print(java_home())
    except JavaError as problem:
        sys.exit(f"lakewheel: {problem}")


if __name__ == "__main__":
    main()
