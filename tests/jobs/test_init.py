"""A few answers become settings that the program reads, and rated answers that it takes."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from conf import load_settings
from jobs.command import app


def init(*words: str, said: str | None = None) -> Result:
    return CliRunner().invoke(app, ["init", *words], input=said, prog_name="lakewheel")


def test_what_is_answered_becomes_settings_that_load(tmp_path: Path) -> None:
    said = "Answer staff from the handbook.\n\nHow heavy is the Otter?\nOtter: 12 kg.\n\n"
    result = init(str(tmp_path / "desk"), said=said)
    assert result.exit_code == 0, result.stderr
    settings = load_settings(str(tmp_path / "desk" / "lakewheel.yml")).settings
    assert settings.generate.use == ("told", "examples", "bare")
    assert settings.generate.strategies["told"].system == "Answer staff from the handbook."
    assert settings.selection.workload_rules == {"task": "."}
    (rated,) = [json.loads(line) for line in (tmp_path / "desk" / "rated.jsonl").read_text().splitlines()]
    assert rated == {"workload": "task", "prompt": "How heavy is the Otter?", "answer": "Otter: 12 kg.", "rating": 5}
    assert f"--conf {tmp_path}/desk/lakewheel.yml ratings take" in result.stdout


def test_without_rated_answers_no_strategy_asks_for_them(tmp_path: Path) -> None:
    assert init(str(tmp_path), "--task", "Be brief.").exit_code == 0
    assert load_settings(str(tmp_path / "lakewheel.yml")).settings.generate.use == ("told", "bare")
    assert not (tmp_path / "rated.jsonl").exists()


def test_nothing_is_overwritten_and_a_log_that_is_not_there_is_said(tmp_path: Path) -> None:
    missing = init(str(tmp_path), "--task", "Be brief.", "--logs", str(tmp_path / "none.jsonl"))
    assert missing.exit_code == 1 and "expected a log of prompts" in missing.stderr
    assert not (tmp_path / "lakewheel.yml").exists()
    (tmp_path / "lakewheel.yml").write_text("mine")
    again = init(str(tmp_path), "--task", "Be brief.")
    assert again.exit_code == 1 and "Move them away" in again.stderr
    assert (tmp_path / "lakewheel.yml").read_text() == "mine"


def test_a_pair_without_its_mark_is_a_usage_error(tmp_path: Path) -> None:
    assert init(str(tmp_path), "--task", "Be brief.", "--rated", "only a prompt").exit_code == 2
