"""The battery in MLflow: a trace for each answer, scores as feedback, right answers as expectations; no log of ours."""

from __future__ import annotations

from math import nan
from pathlib import Path
from typing import Any, cast

from conf import Resolved
from lakehouse.forgetting import forget_prompts
from lakehouse.home import Home
from lakehouse.tracked import BATTERY, PAGES, tracked
from lakehouse.tracking import tracking_uri
from pipelines.engines.protocol import Sampling
from pipelines.evaluate.assessed import log_assessed
from pipelines.evaluate.figures import Measured
from pipelines.evaluate.report import Report
from pipelines.evaluate.suite import HOLDOUT, Item
from pipelines.prompts.guard import Guard
from pipelines.prompts.traces import trace_pieces

ITEMS = tuple(
    Item(HOLDOUT, name, "route", ({"role": "user", "content": f"Which desk, {name}?"},), golds, Sampling(0.0, 1.0, 8))
    for name, golds in (("p1", ("repairs",)), ("p2", ()))
)
TUNED = Measured(
    "t1",
    "tuned",
    {"p1": "repairs", "p2": "advice"},
    {"gold:token_f1": {"p1": 1.0}, "reward": {"p1": -2.5, "p2": 0.5}, "judge:polite": {"p1": 0.75, "p2": nan}},
)
BASE = Measured("b1", "base", {"p1": "It sounds like"}, {"gold:token_f1": {"p1": 0.0}})  # it refused the other one


def report_on(*models: Measured) -> Report:
    return Report("holdout", "d", models, {}, {}, {}, ITEMS, "")


def test_every_answer_of_the_battery_is_a_trace_of_the_run_with_its_scores(resolved: Resolved, tmp_path: Path) -> None:
    home, settings = Home(tmp_path), resolved.settings.tracking
    with tracked(settings, home, "evaluate tuned", {}, {}) as run:
        assert log_assessed(run, report_on(TUNED, BASE), settings, home) == 3
        traces = run.client.search_traces(locations=[run.client.get_run(run.run_id).info.experiment_id])
    found = {(one.info.tags["lakewheel.prompt_id"], one.info.tags["lakewheel.model"]): one for one in traces}
    assert set(found) == {("p1", "tuned"), ("p2", "tuned"), ("p1", "base")}
    assert all(one.info.trace_metadata["mlflow.sourceRun"] == run.run_id for one in traces)
    assert _said(found["p1", "tuned"]) == {
        ("gold:token_f1", "CODE"): 1.0,
        ("reward", "CODE"): -2.5,
        ("judge:polite", "LLM_JUDGE"): 0.75,
        ("expected_response", "HUMAN"): ["repairs"],
    }
    assert _said(found["p2", "tuned"]) == {("reward", "CODE"): 0.5}
    span = found["p1", "base"].data.spans[0]
    assert span.inputs["messages"][0]["content"] == "Which desk, p1?"
    assert span.outputs["choices"][0]["message"]["content"] == "It sounds like"


def test_an_experiment_that_is_read_as_a_log_does_not_give_our_own_questions_back(
    resolved: Resolved, tmp_path: Path
) -> None:
    home, settings = Home(tmp_path), resolved.settings.tracking
    with tracked(settings, home, "evaluate tuned", {}, {}) as run:
        log_assessed(run, report_on(TUNED), settings, home)
    store = tracking_uri(settings, home)
    assert list(trace_pieces(store, settings.experiment, cast(Guard, None))) == []


def test_an_erased_prompt_is_gone_from_traces_and_pages_and_the_others_stay(resolved: Resolved, tmp_path: Path) -> None:
    home, settings = Home(tmp_path / "home"), resolved.settings.tracking
    assert forget_prompts(settings, home, ["p1"]) == 0  # nothing was ever logged
    quoting = [tmp_path / f"{BATTERY}.{ending}" for ending in ("md", "html")]
    with tracked(settings, home, "evaluate tuned", {}, {}) as run:
        log_assessed(run, report_on(TUNED, BASE), settings, home)
        for page in [*quoting, tmp_path / "evaluation.html"]:
            page.write_text("Which desk, p1?")
            run.client.log_artifact(run.run_id, str(page), PAGES)
    assert forget_prompts(settings, home, ["p1", "p3"]) == 2
    experiment = run.client.get_run(run.run_id).info.experiment_id
    left = run.client.search_traces(locations=[experiment])
    assert [one.info.tags["lakewheel.prompt_id"] for one in left] == ["p2"]
    assert [one.path for one in run.client.list_artifacts(run.run_id, "evaluation")] == ["evaluation/evaluation.html"]
    assert forget_prompts(settings, home, ["p1", "p3"]) == 0


def test_without_answers_there_is_nothing_to_show(resolved: Resolved, tmp_path: Path) -> None:
    home, settings = Home(tmp_path), resolved.settings.tracking
    with tracked(settings, home, "evaluate nobody", {}, {}) as run:
        assert log_assessed(run, report_on(Measured("b1", "base", {}, {})), settings, home) == 0


def _said(trace: Any) -> dict[tuple[str, str], Any]:
    return {(one.name, one.source.source_type): one.value for one in trace.info.assessments}
