"""Where the wheel stands and what it took, from the ledger alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from jobs.command import app
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import Cost, step_run
from lakehouse.write import append_missing
from tests.lakehouse.rows import frame, ratings
from tests.lakehouse.story import row

Typed = Callable[..., str]


@pytest.fixture
def typed(lakehouse: Lakehouse) -> Typed:
    """The program over this test's lakehouse."""

    def call(*arguments: str) -> str:
        home = str(lakehouse.place.home.folder)
        result = CliRunner().invoke(app, ["--home", home, *arguments], prog_name="lakewheel")
        assert result.exit_code == 0, result.stderr
        return result.stdout

    return call


def test_nothing_has_run_in_an_empty_home(typed: Typed) -> None:
    assert "Nothing has run here yet" in typed("status")
    assert "Nothing has cost anything here yet" in typed("costs")


def test_runs_are_counted_by_round_and_step_and_costs_added_up(
    typed: Typed, lakehouse: Lakehouse, provenance: Provenance
) -> None:
    for round, name, money in ((1, "a", 0.5), (1, "b", 0.25), (2, "c", 2.0)):
        with step_run(lakehouse, "draw", provenance, round) as run:
            run.take(1)
            run.append("ratings", ratings(lakehouse, name).drop("run_id"))
            run.costs += [Cost(workload, "otter", 10, 5, money=money) for workload in ("facts", "forms")]
    with pytest.raises(KeyError), step_run(lakehouse, "draw", provenance, 2):
        raise KeyError("the last run of round 2 fails")
    steps = {(row["round"], row["step"]): row for row in json.loads(typed("status", "--json"))["steps"]}
    assert {key: (row["runs"], row["new"], row["last"], row["failure"]) for key, row in steps.items()} == {
        ("1", "draw"): (2, 2, "done", ""),
        ("2", "draw"): (2, 1, "failed", "KeyError"),
    }
    assert figures(typed("costs", "--json"))["by step"] == [("draw", "otter", 60, 30, 5.5)]
    assert figures(typed("costs", "--json", "--round", "2"))["by step"] == [("draw", "otter", 20, 10, 4.0)]
    apart = json.loads(typed("costs", "--json", "--workloads"))["by step"]
    assert {row["workload"]: row["money"] for row in apart} == {"facts": 2.75, "forms": 2.75}


def figures(told: str) -> dict[str, list[tuple[Any, ...]]]:
    names = ("step", "model", "read", "written", "money")
    return {part: [tuple(row.get(name) for name in names) for row in rows] for part, rows in json.loads(told).items()}


def test_costs_stand_beside_what_was_gained_for_them(
    typed: Typed, lakehouse: Lakehouse, provenance: Provenance
) -> None:
    models = [row("policies", policy_id="b", name="otter", kind="base", round=0),
              row("policies", policy_id="t", name="tuned-t", kind="tuned", round=1)]  # fmt: skip
    figures = [
        row("evaluations", evaluation_id=f"{policy} {metric}", policy_id=policy, rival_policy_id=rival, suite="holdout",
            metric=metric, slice="all", value=value, low=0.02, high=0.9)
        for policy, rival, metric, value in (("b", None, "gold:token_f1", 0.3), ("t", None, "gold:token_f1", 0.4),
                                             ("t", "b", "difference:gold:token_f1", 0.1))
    ]  # fmt: skip
    for table, rows in {"policies": models, "evaluations": figures}.items():
        append_missing(lakehouse, table, frame(lakehouse, table, rows))
    with step_run(lakehouse, "tune", provenance, 1) as run:
        run.costs += [Cost(model="otter", answer_tokens=7, money=1.5), Cost(model="tuned-t", device_seconds=7200.0)]
    told = json.loads(typed("costs", "--json", "--set", "prices.device_hour=3"))
    # two hours of a device at three each
    assert [(one["model"], one["money"], one["quality"]) for one in told["by step"]] == [
        ("otter", 1.5, 0.3), ("tuned-t", 6.0, 0.4)
    ]  # fmt: skip
    (model,) = told["by model"]
    assert (model["policy_id"], model["points"], model["low"]) == ("t", 10.0, 2.0)
    assert (model["money"], model["money_per_point"]) == (6.0, 0.6), "a base in a step of tuning is another's"
    assert "points" in typed("costs")
