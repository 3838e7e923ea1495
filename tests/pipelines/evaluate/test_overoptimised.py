"""When a model looks over-optimised, from figures in view and from the tables."""

from __future__ import annotations

import math
from datetime import datetime, timezone

import pytest

from lakehouse.asking import spark_asker
from lakehouse.place import Lakehouse
from lakehouse.write import append_missing
from pipelines.evaluate.overoptimised import OverOptimised, check_last_model, last_model, overoptimised
from pipelines.statistics.estimate import Figure
from tests.lakehouse.rows import frame
from tests.lakehouse.story import row

PLEASED = Figure("win_rate:reward", 0.8, 0.7, 0.9)
F1, KIND = "difference:gold:token_f1", "win_rate:judge:kind"


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ([PLEASED, Figure(F1, 0.0, -0.1, 0.1)], "nobody else does by difference:gold:token_f1 0.000 [-0.100, 0.100]"),
        ([PLEASED, Figure(F1, -0.01, -0.1, 0.1), Figure(KIND, 0.45, 0.3, 0.6)], "nobody else does by"),
        ([PLEASED, Figure(F1, 0.2, 0.1, 0.3), Figure(KIND, 0.3, 0.2, 0.4)], "worse by win_rate:judge:kind 0.300"),
        ([PLEASED, Figure(F1, math.nan)], "nobody else does by"),
        ([Figure("difference:reward", 2.0, 1.0, 3.0), Figure("win_rate:human", 0.5, 0.4, 0.6)], "win_rate:human 0.500"),
        ([PLEASED, Figure("difference:agreement", -0.1, -0.2, 0.1)], "difference:agreement -0.100"),
    ],
)
def test_a_model_that_the_reward_model_alone_likes_is_named_with_the_figures(figures: list[Figure], words: str) -> None:
    said = overoptimised(figures)
    assert said and words in said and said.startswith("the reward model finds the tuned model better than the base (")


@pytest.mark.parametrize(
    "figures",
    [
        [],
        [PLEASED],
        [PLEASED, Figure(F1, None)],
        [PLEASED, Figure(F1, 0.01, -0.1, 0.1)],
        [PLEASED, Figure(F1, 0.2, 0.1, 0.3), Figure(KIND, 0.45, 0.3, 0.6)],
        [Figure("win_rate:reward", 0.6, 0.45, 0.7), Figure(F1, -0.1, -0.2, -0.05)],
        [Figure("win_rate:reward", math.nan, math.nan, math.nan), Figure(F1, -0.1, -0.2, -0.05)],
        [PLEASED, Figure("difference:rule:json", -0.1, -0.2, -0.05)],
        [PLEASED, Figure("difference:gold:bits_per_byte", -0.5, -0.6, -0.4)],
        [PLEASED, Figure(F1, -0.1, -0.2, -0.05, slice="facts")],
    ],
)
def test_nothing_is_said_where_somebody_else_agrees_or_nobody_was_asked(figures: list[Figure]) -> None:
    assert overoptimised(figures) is None


def measured(lakehouse: Lakehouse, policy_id: str, day: int, f1: float) -> None:
    """A tuned model that the reward model likes, with what gold answers say of it."""
    began = datetime(2026, 11, day, tzinfo=timezone.utc)
    told = [PLEASED, Figure(F1, f1, f1 - 0.05, f1 + 0.05)]
    rows = {
        "policies": [row("policies", policy_id=policy_id, kind="tuned"), row("policies", policy_id="b", kind="base")],
        "runs": [row("runs", run_id=f"run-{policy_id}", status="done", rows_in=0, rows_out=0, rows_rejected=0,
                     started_at=began)],
        "evaluations": [
            row("evaluations", evaluation_id=f"{policy_id} {one.metric}", policy_id=policy_id, rival_policy_id="b",
                suite="holdout", metric=one.metric, slice="all", value=one.value, low=one.low, high=one.high,
                run_id=f"run-{policy_id}")
            for one in told
        ],
    }  # fmt: skip
    for table, some in rows.items():
        append_missing(lakehouse, table, frame(lakehouse, table, some))


def test_a_turn_is_refused_after_such_a_model_until_another_one_was_measured(lakehouse: Lakehouse) -> None:
    asker = spark_asker(lakehouse)
    assert last_model(asker, "holdout") == (None, None)
    measured(lakehouse, "first", 1, f1=-0.02)
    with pytest.raises(OverOptimised, match=r"first, looks over-optimised: .*gold:token_f1 -0.020.*tao --anyway"):
        check_last_model(asker, "holdout")
    check_last_model(asker, "another suite")
    measured(lakehouse, "second", 2, f1=0.1)
    assert last_model(asker, "holdout") == ("second", None)
    check_last_model(asker, "holdout")
