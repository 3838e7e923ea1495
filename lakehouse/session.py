"""The one way to get a Spark session: local with Delta's JARs, or the one that Databricks or a cluster already has."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from conf import LakehouseSettings, Settings, SparkSettings, resolve_secret
from lakehouse.first_line import first_line
from lakehouse.home import Home
from lakehouse.jars import delta_jars
from lakehouse.java import java_home
from lakehouse.place import Lakehouse, Place

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

JVM_LOG = "java.log"
LOG_SETTINGS = Path(__file__).parent / "log4j2.properties"
LOCAL = {
    "spark.databricks.delta.snapshotPartitions": "2",
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "2",
    "spark.network.timeout": "86400s",  # one process has nobody to lose, however long a laptop sleeps
    "spark.python.daemon.module": "lakehouse.python_daemon",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
SMALL_SHUFFLE = 4
JAVA_OPTIONS = "spark.driver.extraJavaOptions"
SAME_EVERYWHERE = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
}


class SessionError(RuntimeError):
    """No Spark session could be had."""


def open_lakehouse(settings: Settings, home: Home) -> Lakehouse:
    """The lakehouse of these settings, with a running session."""
    spark = open_session(settings.spark, settings.lakehouse, home)
    return Lakehouse(spark, Place(home, settings.lakehouse))


def open_session(settings: SparkSettings, lakehouse: LakehouseSettings, home: Home) -> SparkSession:
    """A session with Delta: started here, or the one that the platform already runs."""
    from pyspark.sql import SparkSession

    if settings.session != "local":
        spark = SparkSession.getActiveSession() or SparkSession.builder.getOrCreate()
        for name, value in {**SAME_EVERYWHERE, **settings.extra}.items():
            spark.conf.set(name, value)
        return spark
    builder = SparkSession.builder.master(_master(settings)).appName("lakewheel")
    for name, value in local_conf(settings, lakehouse, home).items():
        builder = builder.config(name, value)
    return _start(builder, home.logs)


def local_conf(settings: SparkSettings, lakehouse: LakehouseSettings, home: Home) -> dict[str, str]:
    """Every Spark setting of a local session; a pure function but for the JARs and the secret that it looks up."""
    jars = delta_jars(Path(settings.jars_folder) if settings.jars_folder else None)
    delta = {
        "spark.jars": ",".join(map(str, jars)),
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": str(home.folder / "warehouse"),
        "spark.sql.shuffle.partitions": str(settings.shuffle_partitions or SMALL_SHUFFLE),
        "spark.driver.memory": settings.driver_memory,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
    }
    java = {JAVA_OPTIONS: f"{_java_options(home)} {settings.extra.get(JAVA_OPTIONS, '')}".rstrip()}
    unity = _unity_catalog(settings, lakehouse, home)
    return {**delta, **LOCAL, **SAME_EVERYWHERE, **unity, **settings.extra, **java}


def _master(settings: SparkSettings) -> str:
    return f"local[{settings.cores or '*'},{settings.task_failures}]"


def _java_options(home: Home) -> str:
    options = {
        "log4j2.configurationFile": LOG_SETTINGS,
        "lakewheel.logs": home.logs,
        "derby.system.home": home.folder / "warehouse",
        "user.timezone": "UTC",
    }
    return " ".join(f'-D{name}="{value}"' for name, value in options.items())


def _unity_catalog(settings: SparkSettings, lakehouse: LakehouseSettings, home: Home) -> dict[str, str]:
    server = settings.unity_catalog
    if server is None:
        return {}
    catalog = f"spark.sql.catalog.{lakehouse.catalog}"
    token = resolve_secret(server.token_secret, home.folder).get_secret_value() if server.token_secret else ""
    return {
        catalog: "io.unitycatalog.spark.UCSingleCatalog",
        f"{catalog}.uri": server.uri,
        f"{catalog}.token": token,
        "spark.sql.defaultCatalog": lakehouse.catalog,
    }


def _start(builder: SparkSession.Builder, logs: Path) -> SparkSession:
    from pyspark.errors import PySparkRuntimeError
    from pyspark.logger import PySparkLogger

    # PySpark prints the Java stack of every query that fails, before anybody may catch the error.
    PySparkLogger.getLogger("SQLQueryContextLogger").setLevel("CRITICAL")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ["JAVA_HOME"] = str(java_home())
    try:
        with _terminal_kept_clean(logs / JVM_LOG), _interrupts_kept():
            return builder.getOrCreate()
    except (PySparkRuntimeError, FileNotFoundError) as problem:
        raise SessionError(
            f"expected Spark to start on {os.environ['JAVA_HOME']}, but its Java process did not come up: "
            f"{first_line(problem)} What Java said is in {logs / JVM_LOG}; too little memory for "
            "spark.driver_memory is the most frequent cause, and `lakewheel doctor` checks the rest."
        ) from problem


@contextmanager
def _terminal_kept_clean(log: Path) -> Iterator[None]:
    """Give the Java process a log file to speak to: it inherits our terminal, and would write over what we print."""
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    ours = [os.dup(number) for number in (1, 2)]
    try:
        with log.open("ab") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        yield
    finally:
        for number, kept in zip((1, 2), ours, strict=True):
            os.dup2(kept, number)
            os.close(kept)


@contextmanager
def _interrupts_kept() -> Iterator[None]:
    """PySpark answers Ctrl-C by a call to Java in the middle of another one; ours ends the command with a sentence."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, before)
