"""The local folder that holds everything Lakewheel makes: tables, staging, models, MLflow, logs, locks and keys."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "LAKEWHEEL_HOME"
DEFAULT_HOME = ".lakewheel"


@dataclass(frozen=True)
class Home:
    """The folder and its rooms; nothing is created until something is put there."""

    folder: Path

    @property
    def tables(self) -> Path:
        return self.folder / "tables"

    @property
    def staging(self) -> Path:
        return self.folder / "staging"

    @property
    def models(self) -> Path:
        return self.folder / "models"

    @property
    def mlflow(self) -> Path:
        return self.folder / "mlflow"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints"

    @property
    def locks(self) -> Path:
        return self.folder / "locks"


class HomeError(OSError):
    """The home is not a folder that can be written to."""


def make_home(home: Home) -> None:
    """Bring the folder into being, or say why it cannot be."""
    try:
        home.logs.mkdir(parents=True, exist_ok=True)
        probe = home.logs / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as problem:
        raise HomeError(
            f"expected a home that can be written to at {home.folder}, but: {problem.strerror}. "
            f"Name another folder with --home or {HOME_VARIABLE}, or mend this one's permissions."
        ) from problem


def home_at(folder: str | os.PathLike[str] | None = None) -> Home:
    """The home that was named, else LAKEWHEEL_HOME, else `.lakewheel` where one stands."""
    named = folder or os.environ.get(HOME_VARIABLE) or DEFAULT_HOME
    return Home(Path(named).expanduser().resolve())
