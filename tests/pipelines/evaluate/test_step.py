"""Models answer the held-out prompts once, and what comes of it are rows, in MLflow and against each other."""

from __future__ import annotations

from typing import Any

import pytest
from mlflow.tracking import MlflowClient

from conf import Resolved
from lakehouse.place import Lakehouse
from lakehouse.read import current_version, read
from lakehouse.tracking import tracking_uri
from pipelines.evaluate.suite import Contaminated, NothingToEvaluate
from tests.lakehouse.rows import stored
from tests.pipelines.evaluate.story import Stable, add_tuned, evaluated
from tests.pipelines.generate.story import add_prompts, add_rating

FACTS = {f"f{number}": f"What is {number} plus one" for number in range(4)}  # five words each
LETTERS = {"l0": "Write to Anna", "l1": "Hello"}  # three words, and one, which both models say alike
CHECK = "{check: length, unit: words, most: 1}"
FORM = f"evaluate.regressions=[{{name: short, prompt: Say yes now, times: 10, temperature: 1.0, checks: [{CHECK}]}}]"


def one(found: list[dict[str, Any]], metric: str, of: str | None, slice: str = "all") -> dict[str, Any]:
    """The one row of a figure: of a model by itself, or of the tuned one against the base where none is named."""
    (row,) = [
        row
        for row in found
        if (row["metric"], row["slice"], row["prompt_id"]) == (metric, slice, None)
        and (row["rival_policy_id"] is not None if of is None else (row["policy_id"] == "tuned") == (of == "tuned"))
    ]
    return row


def rows(lakehouse: Lakehouse) -> list[dict[str, Any]]:
    return [row.asDict() for row in read(lakehouse, "evaluations").frame.collect()]


def check_figures(there: list[dict[str, Any]]) -> None:
    """Each derived by hand from what the two models say."""
    level = one(there, "reward", "base")
    # the base repeats 4 * 5 + 3 + 1 words to six prompts; the tuned model says one word to each
    assert (level["value"], level["prompts"], level["rival_policy_id"]) == (pytest.approx(24 / 6), 6, None)
    difference = one(there, "difference:reward", None)
    assert difference["value"] == pytest.approx(1 - 24 / 6)
    assert difference["low"] < difference["value"] < difference["high"] < 0
    wins = one(there, "win_rate:reward", None)
    assert wins["value"] == pytest.approx(0.5 / 6)  # it loses five, and one is a tie
    assert wins["note"].startswith("not enough prompts to tell: 6 prompts can show a difference of ")
    facts = one(there, "win_rate:reward", None, "facts")
    # four losses of four: two tails of 1 / 16; of two workloads the smaller chance counts twice
    assert (facts["value"], facts["prompts"]) == (0.0, 4)
    assert "p 0.25 after Holm over 2 workloads." in facts["note"]

    assert one(there, "gold:exact_match", "tuned")["value"] == 1
    assert one(there, "gold:token_f1", "base")["value"] == pytest.approx(2 * 1 / (1 + 5))
    # a thousand requests that read 24 / 6 words at 1, and write one at 10, for a million
    assert one(there, "cost_per_thousand", "tuned")["value"] == pytest.approx(1000 * (4 * 1 + 1 * 10) / 1e6)
    assert one(there, "latency_seconds", "base")["prompts"] == 2
    short = one(there, "regression:short", "tuned")
    assert (short["value"], short["prompts"]) == (1.0, 10)
    assert short["low"] == pytest.approx(0.025 ** (1 / 10))
    # who repeats the question is right where copying is asked, and in two more
    assert one(there, "forgetting:exact_match", "base")["value"] == pytest.approx(5 / 41)


@pytest.mark.slow
def test_a_model_is_measured_against_the_base_once_and_a_second_run_is_free(
    lakehouse: Lakehouse, resolved: Resolved
) -> None:
    add_prompts(lakehouse, FACTS, split="holdout")
    add_prompts(lakehouse, LETTERS, split="holdout", workload="letters")
    add_prompts(lakehouse, {"copy": "What is 0 plus one?"}, split="holdout", near_duplicate_of="f0")
    add_prompts(lakehouse, {"train": "What else is there?"})
    add_rating(lakehouse, "r", prompt_id="f0", prompt="What is 0 plus one", answer="one", gold=True)
    add_tuned(lakehouse, prompt_id="train")
    stable = Stable(lakehouse)
    prices = ["evaluate.price_per_million_prompt_tokens=1.0", "evaluate.price_per_million_answer_tokens=10.0"]
    found = evaluated(stable, *prices, FORM)
    assert (found.is_new, stable.loaded) == (True, ["terse", "echo"])
    asked = 6 + 41 + 10  # held out, general, and one prompt ten times, of two models
    there = rows(lakehouse)
    assert found.answers == 2 * asked == len([row for row in there if row["metric"] == "answer"])

    check_figures(there)

    client = MlflowClient(tracking_uri(resolved.settings.tracking, lakehouse.place.home))
    assert found.tracking_run_id is not None
    shown = {file.path for file in client.list_artifacts(found.tracking_run_id, "evaluation")}
    assert {"evaluation/evaluation.html", "evaluation/battery.html", "evaluation/win_rate.png"} <= shown
    assert client.get_run(found.tracking_run_id).data.metrics["win_rate/reward"] == pytest.approx(0.5 / 6)

    before = current_version(lakehouse, "evaluations"), stored(lakehouse, "runs", "run_id")
    again = evaluated(stable, *prices, FORM)
    assert (again.is_new, again.answers, again.tracking_run_id) == (False, 0, None)
    assert again.report.levels == found.report.levels and again.report.comparisons == found.report.comparisons
    assert (current_version(lakehouse, "evaluations"), stored(lakehouse, "runs", "run_id")) == before
    assert stable.loaded == ["terse", "echo"]

    changed = evaluated(stable, *prices, FORM.replace("Say yes now", "Say no now"), makers=())
    assert changed.answers == 2 * 10  # another prompt of the test, and nothing else
    told = changed.report.level("tuned", "regression:short")
    assert told is not None and told.note is not None and "The version before" in told.note and "10 of 10" in told.note
    (missing,) = [row for row in rows(lakehouse) if row["metric"] == "difference:reward" and row["value"] is None]
    assert missing["note"] == "There is no reward model: `lakewheel reward train` makes one."


def test_a_prompt_that_was_learned_from_is_refused_and_so_is_a_suite_of_nothing(lakehouse: Lakehouse) -> None:
    add_prompts(lakehouse, {"train": "What else is there?"})
    add_tuned(lakehouse, prompt_id="held")
    stable = Stable(lakehouse)
    with pytest.raises(NothingToEvaluate, match="raise selection.holdout_share"):
        evaluated(stable)
    add_prompts(lakehouse, {"held": "What is it?", "other": "Who is it?"}, split="holdout")
    with pytest.raises(Contaminated, match="expected terse to have learned from none .* from 1 of them, such as held"):
        evaluated(stable)
    assert stable.loaded == [] and not lakehouse.exists("evaluations")
