"""An application that logs its traces to MLflow, for tests that read them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jobs  # noqa: F401  (its import switches MLflow's telemetry off)


def log_traces(store: str, experiment: str, folder: Path, traces: Sequence[dict[str, Any]]) -> None:
    """Each with inputs and outputs, and if named a user, tags, a person's thumb, a judge's verdict, or a failure."""
    import mlflow

    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(store)
    try:
        mlflow.MlflowClient().create_experiment(experiment, (folder / "artifacts").as_uri())
        mlflow.set_experiment(experiment)
        for trace in traces:
            _log(trace)
    finally:
        mlflow.set_tracking_uri(before)


def _log(trace: dict[str, Any]) -> None:
    import mlflow
    from mlflow.entities import AssessmentSource

    with mlflow.start_span("answer") as span:
        span.set_inputs(trace["inputs"])
        span.set_outputs(trace["outputs"])
        metadata = {"mlflow.trace.user": trace["user"]} if "user" in trace else {}
        mlflow.update_current_trace(tags=trace.get("tags", {}), metadata=metadata)
        if "fails" in trace:
            span.set_status("ERROR")
    mlflow.flush_trace_async_logging()
    human, judge = AssessmentSource("HUMAN", "someone"), AssessmentSource("LLM_JUDGE", "judge")
    if "thumb" in trace:
        mlflow.log_feedback(trace_id=span.trace_id, name="thumb", value=trace["thumb"], source=human)
    if "judge" in trace:
        mlflow.log_feedback(trace_id=span.trace_id, name="judged", value=trace["judge"], source=judge)
