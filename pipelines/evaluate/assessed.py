"""The battery as traces in MLflow: every model's answer to a prompt, with what is known of it.

What each scorer says is feedback, and right answers are expectations. MLflow shows them under the run's
traces, where a person reads, filters and adds feedback of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conf import TrackingSettings
from lakehouse.home import Home
from lakehouse.tracked import OURS, PROMPT, Tracked, fluent
from pipelines.evaluate.figures import Measured
from pipelines.evaluate.report import Report
from pipelines.evaluate.suite import Item

JUDGE, EXPECTED = "judge:", "expected_response"
MODEL, WORKLOAD = "lakewheel.model", "lakewheel.workload"


def log_assessed(logged: Tracked, report: Report, tracking: TrackingSettings, home: Home) -> int:
    """One trace for each answer of the battery, below the evaluation's run; how many."""
    answered = [(item, one) for item in report.battery for one in report.models if item.prompt_id in one.answers]
    if not answered:
        return 0
    with fluent(logged, tracking, home):
        import mlflow

        experiment = logged.client.get_run(logged.run_id).info.experiment_id
        traces = [_trace(logged, experiment, item, one) for item, one in answered]
        mlflow.flush_trace_async_logging()
        for trace_id, (item, one) in zip(traces, answered, strict=True):
            for name, value, kind in scores_of(one, item.prompt_id):
                mlflow.log_feedback(trace_id=trace_id, name=name, value=value, source=_source(kind, name))
            if item.golds:
                right = _source("HUMAN", "ratings")
                mlflow.log_expectation(trace_id=trace_id, name=EXPECTED, value=list(item.golds), source=right)
    return len(answered)


def scores_of(one: Measured, prompt_id: str) -> Iterator[tuple[str, float, str]]:
    """What is known of a model's answer: metric, value, and the kind of source that MLflow files it under."""
    for metric, values in one.values.items():
        value = values.get(prompt_id)
        if value is not None and value == value:  # NaN says that a scorer said nothing
            yield metric, value, "LLM_JUDGE" if metric.startswith(JUDGE) else "CODE"


def _trace(logged: Tracked, experiment: str, item: Item, one: Measured) -> str:
    tags = {MODEL: one.name, OURS: one.policy_id, WORKLOAD: item.workload, PROMPT: item.prompt_id}
    span = logged.client.start_trace(
        f"{item.workload}: {one.name}",
        span_type="CHAT_MODEL",
        inputs={"messages": [dict(message) for message in item.messages]},
        tags=tags,
        experiment_id=experiment,
        run_id=logged.run_id,
    )
    answer = {"role": "assistant", "content": one.answers[item.prompt_id]}
    logged.client.end_trace(span.trace_id, outputs={"choices": [{"message": answer}]})
    return str(span.trace_id)


def _source(kind: str, name: str) -> Any:
    from mlflow.entities import AssessmentSource

    return AssessmentSource(source_type=kind, source_id=name)
