"""Whether a model is still the one that was evaluated: its files against the digest that its policy carries."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from lakehouse.home import Home
from lakehouse.identity import file_digest, identity
from pipelines.models.weights import fresh_digest_of


class FilesChanged(RuntimeError):
    """The files of a model are not those that were evaluated, or are gone."""


def check_files(home: Home, row: Mapping[str, Any]) -> None:
    """Every byte is read: sizes and times can be made to look alike."""
    folder = home.models / row["location"]
    if not folder.is_dir():
        raise FilesChanged(
            f"expected the files of policy {row['policy_id']} at {folder}, and they are gone. Bring them back, or tune "
            "it again. Nothing was moved."
        )
    found = fresh_digest_of(folder)
    if found != row["model_digest"]:
        raise FilesChanged(
            f"the files of policy {row['policy_id']} at {folder} have changed since it was made and evaluated: "
            f"expected the digest {row['model_digest'][:12]}, they have {found[:12]}. What was measured is not what "
            "would be served: bring the files back, or tune it again and evaluate that. Nothing was moved."
        )


def check_artifacts(location: str, expected: str | None, policy_id: str) -> None:
    """The same for the copy that MLflow serves, where it lies on this machine."""
    found = artifacts_digest(location)
    if found is not None and expected is not None and found != expected:
        raise FilesChanged(
            f"MLflow's copy of policy {policy_id} at {location} has changed since it was registered: expected the "
            f"digest {expected[:12]}, it has {found[:12]}. Bring it back, or tune the model again. Nothing was moved."
        )


def artifacts_digest(location: str) -> str | None:
    """SHA-256 over all files of a folder with their names; None where the folder is on another machine."""
    address = urlparse(location)
    if address.scheme not in ("", "file"):
        return None
    folder = Path(unquote(address.path))
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return identity(*(part for file in files for part in (file.relative_to(folder).as_posix(), file_digest(file))))
