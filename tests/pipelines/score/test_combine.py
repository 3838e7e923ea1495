"""How scores become one: abstentions, gates, length, uncertainty and weights, each derived in view."""

from __future__ import annotations

from typing import Any

import pytest
from pyspark.sql import SparkSession

from pipelines.score.combine import NoWeight, combined_scores, normalised_scores, weights_for
from tests.pipelines.generate.story import settings_of

COLUMNS = (
    "candidate_id string, prompt_id string, workload string, scorer string, scorer_digest string, value double, "
    "uncertainty double, passed boolean, reason string, answer_tokens int, weight double, is_gate boolean"
)


def score(name: str, value: float | None, scorer: str = "words", **more: Any) -> tuple[Any, ...]:
    """A score of one candidate to the prompt that its first letter names."""
    told = {"uncertainty": None, "passed": True, "reason": None, "tokens": 1, "weight": 1.0, "is_gate": False} | more
    tail = [told[key] for key in ("uncertainty", "passed", "reason", "tokens", "weight", "is_gate")]
    return (name, name[0], "facts", scorer, f"digest of {scorer}", value, *tail)


def combined(spark: SparkSession, rows: list[tuple[Any, ...]], *overrides: str) -> dict[str, Any]:
    settings = settings_of(*overrides).score
    parts = normalised_scores(spark.createDataFrame(rows, COLUMNS), settings.uncertainty_factor)
    return {row.candidate_id: row for row in combined_scores(parts, settings).collect()}


def values(found: dict[str, Any]) -> dict[str, Any]:
    return {name: row["value"] for name, row in found.items()}


def test_a_score_counts_in_units_of_what_usually_tells_the_answers_of_a_prompt_apart(spark: SparkSession) -> None:
    found = combined(spark, [score("a0", 5.0), score("a1", 9.0), score("b0", 1.0), score("b1", 1.2)])
    # they lie 2 and 0.1 on either side of their prompts' means; the root of the mean square of all four is the unit
    unit = ((2 * 2.0**2 + 2 * 0.1**2) / 4) ** 0.5
    assert values(found) == pytest.approx({"a0": -2 / unit, "a1": 2 / unit, "b0": -0.1 / unit, "b1": 0.1 / unit})
    assert [found[name].normalised for name in ("a0", "a1", "b0", "b1")] == pytest.approx([-1, 1, -1, 1])


def test_who_abstains_says_why_and_counts_neither_for_nor_against(spark: SparkSession) -> None:
    rows = [
        *(score("a0", None, reason="It is silent."), score("a1", 1.0), score("a2", 3.0)),
        *(score("a0", 4.0, "other"), score("a1", 4.0, "other"), score("a2", 4.0, "other")),
        score("b0", None, reason="It is silent."),
    ]
    found = combined(spark, rows)
    # words speaks of a1 and a2 alone, one unit on either side; other sees no difference, and halves them
    assert values(found) == pytest.approx({"a0": 0.0, "a1": -0.5, "a2": 0.5, "b0": None})
    assert found["b0"].reason == found["a0"].reason == "words abstained: It is silent."


def test_an_answer_that_fails_a_gate_ranks_one_below_the_worst_that_passes(spark: SparkSession) -> None:
    rows = [score(f"a{number}", value, is_gate=True, passed=value < 9) for number, value in enumerate((1.0, 2.0, 9.0))]
    found = combined(spark, rows)
    assert found["a2"]["value"] == pytest.approx(found["a0"]["value"] - 1)
    assert [found[name].passed for name in ("a0", "a1", "a2")] == [True, True, False]


def test_a_gate_that_abstains_does_not_open(spark: SparkSession) -> None:
    gate = [score(name, None, "gate", weight=0.0, is_gate=True, passed=None, reason="?") for name in ("a0", "a1")]
    found = combined(spark, [score("a0", 1.0), score("a1", 2.0), *gate])
    assert {row.passed for row in found.values()} == {False}


def test_uncertainty_lowers_a_score_before_it_is_compared(spark: SparkSession) -> None:
    rows = [score("a0", 2.0), score("a1", 3.0, uncertainty=1.0)]
    even, bold = (combined(spark, rows, f"score.uncertainty_factor={factor}") for factor in ("1.0", "0.0"))
    assert values(even) == {"a0": 0.0, "a1": 0.0}
    assert values(bold) == pytest.approx({"a0": -1.0, "a1": 1.0})


def test_length_may_count_against_an_answer(spark: SparkSession) -> None:
    found = combined(spark, [score("a0", 1.0, tokens=1), score("a1", 3.0, tokens=9)], "score.length_weight=3.0")
    # one unit better by words and one worse by length, which weighs three times as much; and the other way round
    assert values(found) == pytest.approx({"a0": -1 + 3, "a1": 1 - 3})


def test_a_weight_of_zero_takes_no_notice_and_a_workload_needs_one_that_counts() -> None:
    settings = settings_of("score.workloads.all={weights: {reward: 0.0, words: 2.0}, gates: [words]}").score
    assert weights_for(settings, ["facts"], {"facts": ["reward", "words"]}) == [
        ("facts", "reward", 0.0, False),
        ("facts", "words", 2.0, True),
    ]
    with pytest.raises(NoWeight, match="workload facts; .* and there are reward"):
        weights_for(settings, ["facts"], {"facts": ["reward"]})
