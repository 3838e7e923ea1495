"""One Spark session for the whole suite, and a fresh lakehouse in a temporary home for each test that asks."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conf import Resolved, load_settings
from lakehouse.home import Home
from lakehouse.place import Lakehouse, Place
from lakehouse.provenance import Provenance, provenance_of
from lakehouse.session import open_session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""A Java that lives for minutes does not earn back what compiling well costs."""


def pytest_configure() -> None:
    """A shell that starts the tests in the background ignores interrupts, and every child would inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.setdefault("SPARK_SUBMIT_OPTS", QUICK_JAVA)


@pytest.fixture(scope="session")
def resolved() -> Resolved:
    return load_settings("test")


@pytest.fixture(scope="session")
def spark(resolved: Resolved, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    home = Home(tmp_path_factory.mktemp("session"))
    session = open_session(resolved.settings.spark, resolved.settings.lakehouse, home)
    yield session
    session.stop()


@pytest.fixture
def lakehouse(spark: SparkSession, resolved: Resolved, tmp_path: Path) -> Lakehouse:
    return Lakehouse(spark, Place(Home(tmp_path / "home"), resolved.settings.lakehouse))


@pytest.fixture
def provenance(resolved: Resolved) -> Provenance:
    return provenance_of(resolved)
