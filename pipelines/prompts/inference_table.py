"""Databricks inference tables: payloads of served models, in the form of AI Gateway and in the one before it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lakehouse.identity import identity
from lakehouse.rejections import Rejection
from pipelines.lines import object_in
from pipelines.pieces import Piece
from pipelines.prompts.fields import as_texts, conversation, moment, text_under
from pipelines.prompts.guard import Guard
from pipelines.prompts.openai_log import request_fields
from pipelines.prompts.replies import answer_in, messages_under
from pipelines.unfit import Unfit

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SOURCE = "databricks"
NEEDED = ("databricks_request_id", "status_code", "request", "response")
KNOWN = {*NEEDED, "requester", "date", "request_date", "timestamp_ms", "request_time"}
NUMBER = "lakewheel_number"
SUCCESS = 200


class NotAnInferenceTable(ValueError):
    """A Delta table without the columns that an inference table has."""


def check_columns(name: str, there: list[str]) -> None:
    """Whether a table is an inference table."""
    missing = [column for column in NEEDED if column not in there]
    if missing:
        raise NotAnInferenceTable(
            f"expected the columns of an inference table in {name}, but {', '.join(missing)} are not there; it has "
            f"{', '.join(there)}. Export other tables as Parquet and name their columns in prompts.columns."
        )


def numbered(frame: DataFrame) -> DataFrame:
    """The rows with a number each, steady for one version of the table only; what has parts as JSON text."""
    from pyspark.sql import functions as F
    from pyspark.sql.types import ArrayType, MapType, StructType

    parted = [field.name for field in frame.schema if isinstance(field.dataType, (ArrayType, MapType, StructType))]
    texts = {name: F.to_json(F.col(f"`{name}`")) for name in parted}
    return frame.withColumns({NUMBER: F.monotonically_increasing_id() + 1, **texts})


def payload_piece(row: dict[str, Any], name: str, guard: Guard) -> Piece:
    """One payload as a request or a refusal; a refusal is known by the request's id, for rows have no steady place."""
    number = row.pop(NUMBER)
    named = row["databricks_request_id"]
    request_id = identity(SOURCE, named or json.dumps(row, sort_keys=True, default=str))
    try:
        return guard.piece(payload_fields(row, request_id), name, number)
    except Unfit as problem:
        return Rejection(request_id, problem.reason, str(problem), name, number)


def payload_fields(row: dict[str, Any], request_id: str) -> dict[str, Any]:
    """The fields of the table requests as the payload has them: with personal data."""
    if row["status_code"] != SUCCESS:
        raise Unfit("status", f"Expected the status {SUCCESS}, got {row['status_code']}: the model gave no answer.")
    request = _body(row, "request")
    messages = conversation(messages_under(request))
    fields = request_fields({"request": request | {"messages": messages}})
    rest = {name: value for name, value in row.items() if name not in KNOWN and value is not None}
    return fields | {
        "source": SOURCE,
        "request_id": request_id,
        "user": fields["user"] or text_under(row, "requester"),
        "response": answer_in(_body(row, "response")) if row["response"] else None,
        "asked_at": _asked_at(row),
        "extra": fields["extra"] | as_texts({"id": row["databricks_request_id"], **rest}),
    }


def _asked_at(row: dict[str, Any]) -> datetime | None:
    milliseconds = row.get("timestamp_ms")
    if milliseconds is None:
        return moment(row.get("request_time"), "request_time")
    if not isinstance(milliseconds, int):
        raise Unfit("timestamp_ms_type", f"Expected a whole number of ms, got {type(milliseconds).__name__}.")
    return moment(milliseconds / 1000, "timestamp_ms")


def _body(row: dict[str, Any], name: str) -> dict[str, Any]:
    text = row[name]
    if not isinstance(text, str):
        raise Unfit(f"{name}_type", f"Expected JSON text under `{name}`, got {type(text).__name__}.")
    try:
        return object_in(text)
    except Unfit as problem:
        raise Unfit(f"{name}_{problem.reason}", f"Under `{name}`: {problem}") from None
