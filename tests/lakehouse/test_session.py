"""The session is local with one folder and no metastore, or whatever the platform has; the same calls work on both."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow
import pyspark
import pytest
from pyspark.sql import SparkSession

from conf import Resolved, UnityCatalogSettings
from lakehouse.home import Home, HomeError, home_at, make_home
from lakehouse.place import Lakehouse, Place
from lakehouse.read import TableNotFound, read
from lakehouse.session import local_conf, open_session
from lakehouse.write import append_missing
from tests.lakehouse.rows import ratings, scores, stored


@pytest.fixture
def catalog(spark: SparkSession, resolved: Resolved, tmp_path: Path) -> Lakehouse:
    """Three-level names in Spark's own catalog, as a cluster has them in its."""
    settings = resolved.settings.lakehouse.model_copy(update={"storage": "catalog", "schema_name": "three_levels"})
    spark.sql("DROP SCHEMA IF EXISTS spark_catalog.three_levels CASCADE")
    spark.sql("CREATE SCHEMA spark_catalog.three_levels")
    return Lakehouse(spark, Place(Home(tmp_path), settings))


@pytest.mark.slow
def test_a_catalog_takes_the_same_writes_and_reads(catalog: Lakehouse) -> None:
    append_missing(catalog, "ratings", ratings(catalog, "a"))
    append_missing(catalog, "ratings", ratings(catalog, "a", "b"))
    append_missing(catalog, "scores", scores(catalog, "c1"))
    append_missing(catalog, "scores", scores(catalog, "c2"))
    assert catalog.identifier("ratings") == "`spark_catalog`.`three_levels`.`ratings`"
    assert stored(catalog, "ratings", "rating_id") == ["a", "b"]
    assert stored(catalog, "scores", "candidate_id") == ["c1", "c2"]
    assert read(catalog, "ratings", 1).frame.count() == 1
    assert not (catalog.place.home.folder / "locks").exists()


def test_local_tables_are_folders_and_no_metastore_comes_to_be(lakehouse: Lakehouse) -> None:
    append_missing(lakehouse, "ratings", ratings(lakehouse, "a"))
    assert (lakehouse.place.home.tables / "silver" / "ratings" / "_delta_log").is_dir()
    assert not list(lakehouse.place.home.folder.rglob("metastore_db"))
    assert not list(Path.cwd().glob("metastore_db"))
    assert not list(Path.cwd().glob("spark-warehouse"))


def test_a_table_that_nothing_made_yet_is_an_error_with_a_remedy(lakehouse: Lakehouse) -> None:
    with pytest.raises(TableNotFound, match="Run the step that writes it first"):
        read(lakehouse, "ratings")


def test_a_running_session_is_taken_as_it_is(spark: SparkSession, resolved: Resolved, tmp_path: Path) -> None:
    settings = resolved.settings.spark.model_copy(update={"session": "existing"})
    assert open_session(settings, resolved.settings.lakehouse, Home(tmp_path)) is spark


def test_unity_catalog_is_a_setting_and_its_token_a_named_secret(
    resolved: Resolved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKEWHEEL_CATALOG_TOKEN", "a token")
    server = UnityCatalogSettings(uri="http://localhost:8080", token_secret="lakewheel/catalog_token")
    spark_settings = resolved.settings.spark.model_copy(update={"unity_catalog": server})
    tables = resolved.settings.lakehouse.model_copy(update={"catalog": "unity", "storage": "catalog"})
    conf = local_conf(spark_settings, tables, Home(tmp_path))
    assert conf["spark.sql.catalog.unity"] == "io.unitycatalog.spark.UCSingleCatalog"
    assert conf["spark.sql.catalog.unity.uri"] == "http://localhost:8080"
    assert conf["spark.sql.catalog.unity.token"] == "a token"
    assert conf["spark.sql.defaultCatalog"] == "unity"


def test_extra_properties_win_and_options_for_java_stand_behind_ours(resolved: Resolved, tmp_path: Path) -> None:
    extra = {"spark.ui.enabled": "true", "spark.driver.extraJavaOptions": "-XX:+UseSerialGC"}
    settings = resolved.settings.spark.model_copy(update={"extra": extra})
    conf = local_conf(settings, resolved.settings.lakehouse, Home(tmp_path))
    assert conf["spark.ui.enabled"] == "true"
    ours, last = conf["spark.driver.extraJavaOptions"].rsplit(" ", 1)
    assert last == "-XX:+UseSerialGC" and '-Duser.timezone="UTC"' in ours


def test_the_home_is_the_named_folder_else_the_variables_else_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKEWHEEL_HOME", "/variable")
    assert home_at("/named").folder == Path("/named")
    assert home_at().folder == Path("/variable")
    monkeypatch.delenv("LAKEWHEEL_HOME")
    assert home_at().folder == Path.cwd() / ".lakewheel"


def test_without_java_the_error_is_a_sentence_with_the_line_to_run(tmp_path: Path) -> None:
    environment = os.environ | {"JAVA_HOME": "/nowhere"}
    program = (
        "from conf import load_settings\nfrom lakehouse.session import open_lakehouse\n"
        "from lakehouse.java import JavaError\nfrom lakehouse.home import Home\nimport pathlib, sys\n"
        "try: open_lakehouse(load_settings('test').settings, Home(pathlib.Path(sys.argv[1])))\n"
        "except JavaError as told: print(told)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert "expected Java 17 to 23 for Spark" in ended.stdout
    assert "Point JAVA_HOME at" in ended.stdout
    assert "Traceback" not in ended.stderr


def test_a_home_that_cannot_be_written_to_is_said_before_spark_starts(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(
        HomeError, match=r"expected a home that can be written to at .*/file.* --home or LAKEWHEEL_HOME"
    ):
        make_home(Home(tmp_path / "file"))


def test_what_java_prints_stays_off_our_output_and_interrupts_stay_ours(tmp_path: Path) -> None:
    program = (
        "import pathlib, signal, sys\nfrom conf import load_settings\nfrom lakehouse.home import Home\n"
        "from lakehouse.session import open_lakehouse\n"
        "lakehouse = open_lakehouse(load_settings('test').settings, Home(pathlib.Path(sys.argv[1])))\n"
        "lakehouse.spark._jvm.java.lang.System.out.println('from java')\n"
        "print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert (ended.stdout, ended.stderr) == ("True\n", "")
    assert "from java" in (tmp_path / "logs" / "java.log").read_text()


def test_python_workers_read_no_archive_before_each_task(spark: SparkSession) -> None:
    def imported_from(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyspark

        archives = [place for place in sys.path_importer_cache if place.endswith((".jar", ".zip"))]
        for _ in batches:
            yield pyarrow.RecordBatch.from_pydict({"place": [pyspark.__file__, *archives]})

    places = spark.range(1).mapInArrow(imported_from, "place string").toArrow()["place"].to_pylist()
    assert [Path(place) for place in places] == [Path(pyspark.__file__)]


def test_settings_do_not_change_where_a_table_is(lakehouse: Lakehouse) -> None:
    elsewhere = replace(lakehouse.place, home=Home(Path("/elsewhere")))
    assert elsewhere.identifier("requests") == "delta.`/elsewhere/tables/bronze/requests`"
