"""OpenAI-style chat logs: one JSON object with the request, and where it was logged, the response."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lakehouse.identity import identity
from pipelines.lines import Record
from pipelines.prompts.fields import as_texts, conversation, first_choice, moment, object_under, text_under
from pipelines.unfit import Unfit

SOURCE = "openai"
KNOWN = {"id", "created", "user", "model", "messages", "response", "choices", "request", "metadata", "object", "usage"}


def request_fields(record: Record) -> dict[str, Any]:
    """The fields of the table requests as the log has them: with personal data, so nothing may store them like this."""
    request = record["request"] if isinstance(record.get("request"), dict) else record
    metadata = object_under(record, "metadata") or object_under(request, "metadata")
    messages = conversation(request.get("messages"))
    named = record.get("id")
    return {
        "source": SOURCE,
        "request_id": identity(SOURCE, str(named)) if named else identity(SOURCE, json.dumps(record, sort_keys=True)),
        "user": text_under(request, "user") or text_under(record, "user"),
        "messages": messages,
        "response": first_choice(record["response"] if isinstance(record.get("response"), dict) else record),
        "model": text_under(request, "model"),
        "workload": text_under(metadata, "workload"),
        "feedback": _feedback(metadata),
        "asked_at": _asked_at(record.get("created", request.get("created"))),
        "extra": _extra(record, request, metadata),
    }


def _feedback(metadata: Mapping[str, Any]) -> str | None:
    thumb = text_under(metadata, "feedback")
    if thumb not in (None, "up", "down"):
        raise Unfit("feedback_value", "Expected up or down under `metadata.feedback`.")
    return thumb


def _asked_at(created: Any) -> datetime | None:
    if created is not None and (isinstance(created, bool) or not isinstance(created, (int, float))):
        raise Unfit("created_type", f"Expected seconds since 1970 under `created`, got {type(created).__name__}.")
    return moment(created, "created")


def _extra(record: Record, request: Mapping[str, Any], metadata: Mapping[str, Any]) -> dict[str, str]:
    nested = {} if request is record else request
    unknown = {name: value for name, value in record.items() if name not in KNOWN or name == "id"}
    unknown |= {f"request.{name}": value for name, value in nested.items() if name not in KNOWN}
    unknown |= {f"metadata.{name}": value for name, value in metadata.items() if name not in ("workload", "feedback")}
    return as_texts(unknown)
