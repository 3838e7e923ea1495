"""The example company, made once for all tests of this folder: in memory, and written into a folder."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from examples.generate import Example, generate, make_example

Rows = list[dict[str, Any]]


@pytest.fixture(scope="session")
def example() -> Example:
    return make_example(seed=7)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("kettlewick")
    generate(into, seed=7)
    return into


@pytest.fixture(scope="session")
def rows(folder: Path) -> Callable[[str], Rows]:
    """Reads a file of JSON lines below the folder."""

    def read(name: str) -> Rows:
        return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]

    return read


@pytest.fixture(scope="session")
def truth(folder: Path) -> Callable[[str], Any]:
    """Reads a JSON file of truth/."""
    return lambda name: json.loads((folder / "truth" / name).read_text(encoding="utf-8"))
