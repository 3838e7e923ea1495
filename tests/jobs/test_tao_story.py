"""A turn of the wheel on a model small enough to wait for, whose random answers have nothing in common."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from jobs.command import app
from tests.pipelines.engines.tiny import make_tiny_model
from tests.pipelines.tune.tune_story import QUICK

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
SETTINGS = (
    *QUICK,
    "engine.kind=transformers",
    "selection.clustering=false",
    "selection.holdout_share=0.3",
    "generate.use=[bare]",
    "generate.first_samples=3",
    "generate.most_samples=3",
    "generate.max_tokens=4",
    "generate.reference=false",
    "tune.examples.least=4",
)


@pytest.fixture
def lakewheel(spark: SparkSession, tmp_path: Path) -> Callable[..., Any]:
    """The program over a home of its own, with a model that is made here."""
    base = make_tiny_model(tmp_path / "tiny", spread=0.05)
    options = [part for one in (*SETTINGS, f"model.base={base}") for part in ("--set", one)]

    def call(*words: str) -> Any:
        command = ["--conf", "test", "--home", str(tmp_path / "home"), "--json", *options, *words]
        result = CliRunner().invoke(app, command, prog_name="lakewheel")
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout[result.stdout.index("{") :])

    return call


def log(file: Path, numbers: range) -> str:
    rows = [
        {"id": str(n), "messages": [{"role": "user", "content": f"Say {n}"}], "metadata": {"workload": "facts"}}
        for n in numbers
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(file)


def test_a_turn_in_which_no_answer_stands_out_ends_before_tuning_and_says_so(
    lakewheel: Callable[..., Any], tmp_path: Path
) -> None:
    lakewheel("prompts", "take", log(tmp_path / "first.jsonl", range(24)))
    turned = lakewheel("tao")
    assert list(turned["steps"]) == ["select", "generate", "reward", "score", "report", "tune"]
    assert "none is trained" in turned["steps"]["reward"], "without pairs the answers' agreement decides alone"
    assert "nothing is tuned" in turned["steps"]["tune"]
    assert (turned["round"], turned["stopped"]) == (1, "the turn ends here, for there is too little to learn from")
