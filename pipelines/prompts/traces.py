"""MLflow traces: what an application was asked and answered, from the first span of each trace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lakehouse.identity import identity
from lakehouse.rejections import Rejection
from lakehouse.tracked import OURS
from lakehouse.tracking import all_traces
from pipelines.pieces import Piece
from pipelines.prompts.fields import as_texts, conversation, moment, text_under, thumb
from pipelines.prompts.guard import Guard
from pipelines.prompts.replies import answer_in, messages_under
from pipelines.unfit import Unfit

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Trace

SOURCE = "mlflow"
USER, SESSION = "mlflow.trace.user", "mlflow.trace.session"
TRACES_PER_PAGE = 100


class NoSuchExperiment(LookupError):
    """The tracking store has no experiment of that name."""


def trace_pieces(tracking_uri: str, experiment: str, guard: Guard) -> Iterator[Piece]:
    """Every trace of an experiment, the oldest first; one page of them is held at a time."""
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=tracking_uri)
    found = client.get_experiment_by_name(experiment)
    if found is None:
        raise NoSuchExperiment(
            f"expected an experiment `{experiment}` in MLflow's tracking store (tracking.uri in the settings), and "
            "there is none of that name. Check the name and --conf; `lakewheel ui` shows those that there are."
        )
    for number, trace in enumerate(_traces(client, found.experiment_id), start=1):
        yield _piece(trace, experiment, number, guard)


def _traces(client: MlflowClient, experiment_id: str) -> Iterator[Trace]:
    """Not those of our own evaluations, which ask what is held out."""
    traces = all_traces(client, experiment_id, max_results=TRACES_PER_PAGE, order_by=["timestamp_ms ASC"])
    return (trace for trace in traces if OURS not in trace.info.tags)


def _piece(trace: Trace, experiment: str, number: int, guard: Guard) -> Piece:
    request_id = identity(SOURCE, trace.info.trace_id)
    try:
        return guard.piece(trace_fields(trace), experiment, number)
    except Unfit as problem:
        return Rejection(request_id, problem.reason, str(problem), experiment, number)


def trace_fields(trace: Trace) -> dict[str, Any]:
    """The fields of the table requests as the trace has them: with personal data."""
    info = trace.info
    if info.state.value != "OK":
        raise Unfit(f"trace_{info.state.value.lower()}", "Expected a trace that ended well.")
    first = next((span for span in trace.data.spans if span.parent_id is None), None)
    if first is None:
        raise Unfit("no_span", "Expected a trace with a first span; its spans may have been deleted or archived.")
    feedback, opinions = _opinions(info.assessments)
    tags = {name: value for name, value in info.tags.items() if not name.startswith("mlflow.")}
    session = info.trace_metadata.get(SESSION)
    known = {"id": info.trace_id, "trace.name": first.name} | ({"trace.session": session} if session else {})
    return {
        "source": SOURCE,
        "request_id": identity(SOURCE, info.trace_id),
        "user": text_under(info.trace_metadata, USER),
        "messages": conversation(messages_under(first.inputs)),
        "response": answer_in(first.outputs),
        "model": text_under(first.inputs, "model") if isinstance(first.inputs, dict) else None,
        "workload": text_under(tags, "workload"),
        "feedback": feedback,
        "asked_at": moment(info.request_time / 1000, "request_time"),
        "extra": as_texts({name: value for name, value in tags.items() if name != "workload"} | known | opinions),
    }


def _opinions(assessments: Any) -> tuple[str | None, dict[str, Any]]:
    """A person's last thumb, and whatever else was said of the trace; a judge's verdict is nobody's thumb."""
    from mlflow.entities import Feedback

    last: str | None = None
    others: dict[str, Any] = {}
    for one in sorted(assessments or [], key=lambda one: one.create_time_ms or 0):
        if not isinstance(one, Feedback) or one.valid is False:
            continue
        said = _thumb_of(one.value) if one.source.source_type == "HUMAN" else None
        if said:
            last = said
        else:
            others[f"feedback.{one.name}"] = one.value
    return last, others


def _thumb_of(value: Any) -> str | None:
    try:
        return thumb(value)
    except Unfit:
        return None
