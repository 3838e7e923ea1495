"""That the house rules bite: a planted breach of each is found, and what only looks like one is let pass."""

from __future__ import annotations

import pytest

from tests.house_rules import (
    LONGEST_FILE,
    climbs,
    function_lengths,
    imports_of,
    imports_on_load_of,
    machine_paths,
    registry_hosts,
    says_nothing,
    table_writes,
    too_long,
    undeclared,
    vague_names,
    web_addresses,
)
from tests.test_house import breaches, heavy_modules_after_importing, sources

TORCH = frozenset({"torch"})


@pytest.mark.parametrize("line", ["import jobs.command", "from jobs import look", "def f():\n    import pipelines.a"])
def test_an_import_up_the_arrow_is_found(line: str) -> None:
    assert len(climbs("lakehouse", line)) == 1


@pytest.mark.parametrize("line", ["from conf import a", "import lakehouse.a", "from . import jobs", "import jobset"])
def test_an_import_down_the_arrow_or_of_others_is_not(line: str) -> None:
    assert climbs("lakehouse", line) == []


def test_a_heavy_import_is_found_in_a_function_and_told_from_one_on_load() -> None:
    lazy = "def f():\n    from torch import nn"
    assert (imports_of(TORCH, lazy), imports_on_load_of(TORCH, lazy)) == (["line 2 imports torch"], [])
    assert imports_on_load_of(TORCH, "try:\n    import torch.nn\nexcept ImportError:\n    pass") != []
    assert imports_on_load_of(TORCH, "class A:\n    import torch") != []


def test_an_import_that_setup_does_not_ask_for_is_found() -> None:
    assert undeclared(TORCH, "import os\nimport torch.nn\nfrom conf import a") == []
    assert undeclared(TORCH, "def f():\n    from yaml import load") == ["line 2 imports yaml"]


def test_an_import_for_type_checkers_is_none() -> None:
    assert imports_of(TORCH, "if TYPE_CHECKING:\n    import torch") == []


def test_a_heavy_module_is_seen_in_a_fresh_python() -> None:
    assert heavy_modules_after_importing("pyspark.version") == ["pyspark"]


def test_a_long_function_and_a_long_file_are_found() -> None:
    def function(lines: int) -> str:
        return "def f():\n" + "    x = 1\n" * (lines - 1)

    assert function_lengths(function(34)) == {"f (line 1)": 34}
    assert (too_long(function(60)), len(too_long(function(61)))) == ([], 1)
    assert (too_long("x = 1\n" * LONGEST_FILE), len(too_long("x = 1\n" * (LONGEST_FILE + 1)))) == ([], 1)


@pytest.mark.parametrize("source", ["", "import os\n", '\n"""Late."""\n', '""""""\n', "# A comment.\n"])
def test_a_file_without_a_first_line_is_found(source: str) -> None:
    assert len(says_nothing(source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [("jobs/utils.py", ""), ("common/a.py", ""), ("a.py", "class TableManager: ..."), ("a.py", "def a_helper(): ...")],
)
def test_a_vague_name_is_found(path: str, source: str) -> None:
    assert len(vague_names(path, source)) == 1


def test_a_name_that_only_contains_a_vague_one_is_not() -> None:
    assert vague_names("jobs/command.py", "def uncommonly_useful(): ...\nclass Managed: ...") == []


@pytest.mark.parametrize(
    "source",
    [
        'frame.write.mode("append").saveAsTable(name)',
        'frame.write.format("delta").save(path)',
        'frame.write.mode("overwrite").format("delta").save(path)',
        "frame.writeTo(name).append()",
        "table.alias('a').merge(frame, 'a.id = b.id')",
        "write_deltalake(path, frame)",
        "from deltalake import write_deltalake as w",
        'spark.sql(f"MERGE INTO {name} USING b")',
        'spark.sql("DELETE FROM a WHERE b")',
        'spark.sql(f"INSERT INTO {name} VALUES (1)")',
        'spark.sql("UPDATE a SET b = 1")',
        'spark.sql(f"OPTIMIZE {name}")',
        'spark.sql("VACUUM a RETAIN 0 HOURS")',
        'spark.sql(f"ALTER TABLE {name} DROP COLUMN b")',
    ],
)
def test_a_write_to_a_table_is_found(source: str) -> None:
    assert table_writes(source) != []


@pytest.mark.parametrize(
    "source",
    [
        '"""Speaks of MERGE INTO and VACUUM tables."""',
        'spark.read.format("delta").load(path)',
        "frame.write.parquet(path)",
        "settings = merge(base, differences)",
        '"{:>9}".format("delta")',
        'refused = ("INSERT", "DELETE", "MERGE", "VACUUM!")',
        'help = "optimize and vacuum the tables"',
    ],
)
def test_reading_and_speaking_of_writes_is_not_writing(source: str) -> None:
    assert table_writes(source) == []


@pytest.mark.parametrize("name", ["py" + "pi.org/simple", "files.python" + "hosted.org", "repo1." + "maven.org"])
def test_a_registry_is_found(name: str) -> None:
    assert len(registry_hosts(f"get it from {name}")) == 1


@pytest.mark.parametrize("path", ["/ro" + "ot/x", '"/wo' + 'rk/main"', "=/wo" + "rk/shared/x"])
def test_a_path_of_one_machine_is_found(path: str) -> None:
    assert len(machine_paths(f"see {path}")) == 1


def test_a_path_that_any_machine_may_have_is_not_one_of_a_machine() -> None:
    assert machine_paths("data/root/x $HOME/root/x /usr/lib/jvm ~/wheel/main s3://b/root/ /home/ann") == []


def test_a_web_address_is_found() -> None:
    assert web_addresses("a\nsee ht" + "tps://example.com") == ["line 2 holds a web address"]


def test_a_rule_over_no_files_fails_rather_than_passes() -> None:
    with pytest.raises(AssertionError, match="expected modules in nowhere/"):
        sources("conf", "nowhere")
    with pytest.raises(AssertionError):
        breaches(too_long, {})
