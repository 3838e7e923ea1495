"""The wheel turns on a model small enough to wait for, whose answers are random: only a rule tells them apart."""

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
RULED = (
    "rules={facts: [{check: regex, name: early, must: ['[a-m]']}]}",
    "score.workloads={facts: {weights: {'rule:early': 1.0}, gates: []}}",
    "tune.training.epochs=1",
    "evaluate.max_tokens=4",
    "evaluate.general=false",
    "evaluate.timed_prompts=0",
    'release.thresholds=[{metric: "difference:tokens_per_answer", slice: all, against: base, bound: value, '
    "at_most: 99, kind: must}]",
    "release.require_trust=false",
    "release.least_prompts=2",
)
"""A rule by which some of a prompt's answers are better, and a gate that lets every model pass."""


@pytest.fixture
def lakewheel(spark: SparkSession, tmp_path: Path) -> Callable[..., Any]:
    """The program over a home of its own, with a model that is made here."""
    base = make_tiny_model(tmp_path / "tiny", spread=0.05)
    options = [part for one in (*SETTINGS, f"model.base={base}") for part in ("--set", one)]

    def call(*words: str, settings: tuple[str, ...] = ()) -> Any:
        more = [part for one in settings for part in ("--set", one)]
        command = ["--conf", "test", "--home", str(tmp_path / "home"), "--json", *options, *more, *words]
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


def test_a_second_turn_does_only_what_is_new(lakewheel: Callable[..., Any], tmp_path: Path) -> None:
    lakewheel("prompts", "take", log(tmp_path / "first.jsonl", range(24)))
    first = lakewheel("tao", settings=RULED)
    assert first["round"] == 1 and first["stopped"] is None
    assert "accepted" in first["steps"]["release"]
    again = lakewheel("tao", "--round", "1", settings=RULED)
    assert {name for name, said in again["steps"].items() if "nothing" in said} >= {
        "select",
        "generate",
        "score",
        "tune",
    }

    lakewheel("prompts", "take", log(tmp_path / "second.jsonl", range(24, 30)))
    second = lakewheel("tao", settings=RULED)
    assert second["round"] == 2
    drawn = int(second["steps"]["generate"].split(" wanted")[0].split()[-1])
    assert 0 < drawn <= 6 * 3
    assert "wanted" in second["steps"]["score"] or "combined" in second["steps"]["score"]
    assert len({row["policy_id"] for row in lakewheel("status")["models"] if row["kind"] == "tuned"}) == 2
