"""The program: its options stand anywhere, its failures are sentences, its exit codes tell them apart."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner

from jobs.command import Program, app
from jobs.options import FLAGS, WITH_VALUE, in_front
from lakehouse.home import Home
from lakehouse.storage_errors import StorageError
from tests.jobs.conftest import Outcome, Typed

ROOT = Path(__file__).parents[2]


def failing(problem: BaseException, home: Home, *options: str) -> Outcome:
    """What the program makes of a command that raises this."""
    broken = typer.Typer(cls=Program, pretty_exceptions_enable=False)
    broken.callback()(app.registered_callback.callback)  # type: ignore[union-attr, arg-type, type-var]

    @broken.command()
    def step(context: typer.Context) -> None:
        raise problem

    result = CliRunner().invoke(broken, ["--home", str(home.folder), *options, "step"])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Outcome(result.exit_code, result.stdout, result.stderr)


def test_options_of_the_program_are_found_wherever_they_stand() -> None:
    typed = ["sql", "SELECT '--json'", "--set", "a.b=c", "--home=x", "--json", "--limit", "1", "--", "--conf"]
    assert in_front(typed) == [
        *("--set", "a.b=c", "--home=x", "--json"),
        *("sql", "SELECT '--json'", "--limit", "1", "--", "--conf"),
    ]


def test_options_mean_the_same_before_and_behind_a_command(typed: Typed) -> None:
    before = typed("--conf", "test", "--set", "spark.cores=1", "--json", "settings", "spark")
    behind = typed("settings", "spark", "--json", "--set", "spark.cores=1", "--conf=test")
    assert before.out == behind.out
    assert {"path": "spark.cores", "value": 1, "origin": "--set"}.items() <= json.loads(before.out)[1].items()


def test_no_command_takes_an_option_of_the_program_for_its_own() -> None:
    group = typer.main.get_command(app)
    commands = every_command(group)
    own = {option for command in commands for parameter in command.params for option in parameter.opts}
    assert own & {*WITH_VALUE, *FLAGS} == set()
    assert len(commands) >= 6


def every_command(group: object) -> list[typer.core.TyperCommand]:
    found = []
    for command in getattr(group, "commands", {}).values():
        found += every_command(command) if hasattr(command, "commands") else [command]
    return found


def test_every_command_has_an_example_in_its_help(typed: Typed) -> None:
    for command in every_command(typer.main.get_command(app)):
        assert "lakewheel " in (command.help or "") and "Example" in (command.help or ""), command.name


def test_settings_that_are_wrong_are_told_all_at_once(typed: Typed) -> None:
    seen = typed("tables", "--set", "spark.corse=1", "--set", "lakehouse.storage=cloud")
    assert seen.code == 1
    assert seen.err.startswith("lakewheel tables: 2 mistakes in the settings 'demo':")
    assert "Did you mean spark.cores?" in seen.err


def test_an_error_of_ours_is_its_own_words(tmp_path: Path) -> None:
    seen = failing(StorageError("the disk is full; free some space."), Home(tmp_path))
    assert (seen.code, seen.err) == (1, "lakewheel step: the disk is full; free some space.\n")
    assert list(tmp_path.iterdir()) == []


def test_an_error_that_nobody_foresaw_names_the_log_that_has_the_rest(tmp_path: Path) -> None:
    seen = failing(KeyError("colour"), Home(tmp_path))
    log = tmp_path / "logs" / "lakewheel.log"
    assert seen.code == 1
    assert seen.err.startswith("lakewheel step: this should not have happened (KeyError: 'colour').")
    assert str(log) in seen.err
    assert "Traceback" not in seen.err
    assert "raise problem" in log.read_text()


def test_an_error_on_a_full_disk_says_how_little_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for megabytes, is_said in ((7, True), (70_000, False)):
        told = SimpleNamespace(total=2**40, used=2**40, free=megabytes * 2**20)
        monkeypatch.setattr("jobs.failures.shutil.disk_usage", lambda folder, told=told: told)
        said = failing(ValueError("block rdd_11_1"), Home(tmp_path)).err
        assert (f"has {megabytes} MiB free, which may be the cause" in said) == is_said


def test_a_java_process_that_has_ended_is_said_to_have_ended(tmp_path: Path) -> None:
    from py4j.java_gateway import GatewayParameters, JavaGateway

    gone = JavaGateway(gateway_parameters=GatewayParameters(port=1))
    with pytest.raises(Exception) as refused:
        gone.jvm.java.lang.System.nanoTime()
    said = failing(refused.value, Home(tmp_path)).err
    assert "expected Spark's Java process to be there, and it has ended" in said
    assert f"{tmp_path / 'logs' / 'spark.log'}. Run the command again" in said
    assert "this should not have happened" in failing(ConnectionRefusedError("another"), Home(tmp_path)).err


def test_the_log_finds_a_place_where_the_home_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way")
    seen = failing(KeyError("colour"), Home(tmp_path))
    assert seen.code == 1
    assert f"{tmp_path}" not in seen.err
    assert "lakewheel.log" in seen.err


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="colour"):
        failing(KeyError("colour"), Home(tmp_path), "--debug")


def test_ctrl_c_says_what_was_interrupted(tmp_path: Path) -> None:
    seen = failing(KeyboardInterrupt(), Home(tmp_path))
    assert seen.code == 130
    assert "lakewheel step was interrupted. What it had committed is whole" in seen.err


def test_ctrl_c_reaches_the_program_as_a_signal(home: Home, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "jobs.command", "--home", str(home.folder), "sql", "-"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    time.sleep(5)  # it waits for a query that never comes
    process.send_signal(signal.SIGINT)
    _, complained = process.communicate(timeout=60)
    assert process.returncode == 130, complained
    assert "lakewheel sql was interrupted" in complained
    assert "Traceback" not in complained


def test_the_version_is_told(typed: Typed) -> None:
    assert typed("--version").out.startswith("lakewheel 0.")


def test_help_comes_without_loading_what_only_commands_need() -> None:
    heavy = {"duckdb", "deltalake", "pyarrow", "pydantic", "yaml", "pyspark", "ray", "torch", "mlflow", "pandas"}
    program = "import sys, jobs.command; from typer.testing import CliRunner\n"
    program += "assert CliRunner().invoke(jobs.command.app, ['--help']).exit_code == 0\n"
    program += f"print(sorted({heavy!r} & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert ended.stdout.strip() == "[]", ended.stderr


def test_sql_loads_neither_pandas_nor_a_jvm(home: Home) -> None:
    program = "import sys, jobs.command; from typer.testing import CliRunner\n"
    program += f"arguments = ['--home', {str(home.folder)!r}, 'sql', 'SELECT * FROM ratings']\n"
    program += "result = CliRunner().invoke(jobs.command.app, arguments); assert result.exit_code == 0, result.output\n"
    program += "print(sorted({'pandas', 'pyspark', 'sqlglot', 'pyarrow.dataset'} & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert ended.stdout.strip() == "[]", ended.stderr
