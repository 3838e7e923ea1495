"""What made a run besides its data: settings, overrides, code."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from conf import Resolved


@dataclass(frozen=True)
class Provenance:
    """Recorded with every run, so that its result can be made again."""

    settings_fingerprint: str
    overrides: tuple[str, ...]
    git_commit: str | None
    package_version: str


def provenance_of(resolved: Resolved) -> Provenance:
    """From resolved settings and the code that is running."""
    return Provenance(resolved.fingerprint, resolved.overrides, _git_commit(), _package_version())


@cache
def _git_commit() -> str | None:
    """The checkout's commit; None in an installed wheel, which its version names."""
    checkout = Path(__file__).parent.parent
    if not (checkout / ".git").exists():
        return None
    asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=checkout, capture_output=True, text=True, check=False)
    return asked.stdout.strip() or None


def _package_version() -> str:
    try:
        return version("lakewheel")
    except PackageNotFoundError:
        return "uninstalled"
