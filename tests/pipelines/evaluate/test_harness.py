"""What lm-eval returns, as rows of evaluations; and the sentence where it is not installed."""

from __future__ import annotations

import sys
from typing import Any

import pytest
import scipy.stats

from conf import load_settings
from lakehouse.arrow import arrow_schema
from lakehouse.frames import arrow_rows
from lakehouse.tables import table_named
from pipelines.evaluate.harness import HarnessMissing, HarnessUnfit, harness, model_arguments, rows_of_results
from pipelines.generate.policy import Policy, base_row
from pipelines.models.loading import Weights, device_for

SETTINGS = load_settings("test").settings.evaluate
RESULTS: dict[str, Any] = {
    "results": {
        "arc_easy": {"alias": "arc_easy", "acc,none": 0.5, "acc_stderr,none": 0.05, "acc_norm,none": 0.4,
                     "acc_norm_stderr,none": "N/A"},
        "gsm8k": {"alias": "gsm8k", "exact_match,strict-match": 0.0, "exact_match_stderr,strict-match": 0.0,
                  "exact_match,flexible-extract": 0.25, "exact_match_stderr,flexible-extract": 0.1},
    },
    "versions": {"arc_easy": 1.0, "gsm8k": 3.0},
    "n-shot": {"arc_easy": 0, "gsm8k": 5},
    "n-samples": {"arc_easy": {"original": 2376, "effective": 100}, "gsm8k": {"original": 1319, "effective": 20}},
    "config": {"model": "hf", "limit": 100.0},
}  # fmt: skip


def rows(results: dict[str, Any]) -> list[dict[str, Any]]:
    return rows_of_results(results, "tuned-1", 2, SETTINGS)


def test_every_figure_is_a_row_with_the_interval_of_its_standard_error() -> None:
    found = {one["metric"]: one for one in rows(RESULTS)}
    assert list(found) == [
        "lm_eval:arc_easy:acc", "lm_eval:arc_easy:acc_norm", "lm_eval:gsm8k:exact_match:flexible-extract",
        "lm_eval:gsm8k:exact_match:strict-match",
    ]  # fmt: skip
    first = found["lm_eval:arc_easy:acc"]
    expected = scipy.stats.norm(0.5, 0.05).interval(SETTINGS.confidence)
    assert (first["low"], first["high"]) == pytest.approx(expected)
    assert (first["policy_id"], first["round"], first["suite"], first["slice"]) == ("tuned-1", 2, "lm-eval", "all")
    assert (first["value"], first["prompts"], first["note"]) == (0.5, 100, None)
    unsure = found["lm_eval:arc_easy:acc_norm"]
    assert (unsure["low"], unsure["high"]) == (None, None) and "no standard error" in unsure["note"]
    certain = found["lm_eval:gsm8k:exact_match:strict-match"]
    assert (certain["low"], certain["value"], certain["high"], certain["prompts"]) == (0.0, 0.0, 0.0, 20)


def test_the_rows_fit_the_table_but_for_the_run() -> None:
    table = table_named("evaluations")
    made = arrow_rows(table, [{**one, "run_id": "run"} for one in rows(RESULTS)])
    assert (made.num_rows, made.schema) == (4, arrow_schema(table))
    needed = {column.name for column in table.columns if column.required} - {"run_id"}
    assert all(needed <= set(one) and None not in [one[name] for name in needed] for one in rows(RESULTS))


@pytest.mark.parametrize(
    "changed", [{"versions": {"arc_easy": 2.0}}, {"n-shot": {"arc_easy": 5}}, {"config": {"limit": None}}]
)
def test_another_version_shots_or_limit_is_another_suite(changed: dict[str, Any]) -> None:
    before, after = rows(RESULTS)[0], rows({**RESULTS, **changed})[0]
    assert before["metric"] == after["metric"]
    assert before["suite_digest"] != after["suite_digest"] and before["evaluation_id"] != after["evaluation_id"]
    assert rows(RESULTS)[0] == before


def test_a_figure_that_is_no_number_is_refused() -> None:
    with pytest.raises(HarnessUnfit, match="expected a number from arc_easy under acc,none, and got nan"):
        rows({**RESULTS, "results": {"arc_easy": {"acc,none": float("nan")}}})


def test_where_it_is_not_installed_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lm_eval", None)  # as Python marks what cannot be imported
    with pytest.raises(HarnessMissing, match=r"pip install 'lakewheel\[lm-eval\]'.*Nothing was measured"):
        harness()


def test_a_model_is_given_by_its_folder_and_one_behind_an_address_is_refused() -> None:
    row = base_row("otter", "d", "nowhere", None)
    whole = {"pretrained": "/models/otter", "device": device_for("auto")}
    assert model_arguments(Policy(row, Weights("/models/otter", "d"))) == whole
    adapted = Weights("/models/otter", "d", adapter="/models/adapter")
    assert model_arguments(Policy(row, adapted)) == {**whole, "peft": "/models/adapter"}
    with pytest.raises(HarnessUnfit, match="otter answers behind an address"):
        model_arguments(Policy(row, None))
