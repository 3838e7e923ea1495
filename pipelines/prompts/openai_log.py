"""OpenAI-style chat logs: one JSON object a line with the request, and where it was logged, the response."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from lakehouse.identity import identity
from pipelines.lines import Record, Unfit

SOURCE = "openai"
ROLES = ("system", "developer", "user", "assistant", "tool")
KNOWN = {"id", "created", "user", "model", "messages", "response", "choices", "request", "metadata", "object", "usage"}


def request_fields(record: Record) -> dict[str, Any]:
    """The fields of the table requests as the log has them: with personal data, so nothing may store them like this."""
    request = record["request"] if isinstance(record.get("request"), dict) else record
    metadata = _mapping(record, "metadata") or _mapping(request, "metadata")
    messages = _messages(request)
    named = record.get("id")
    return {
        "request_id": identity(SOURCE, str(named)) if named else identity(SOURCE, json.dumps(record, sort_keys=True)),
        "user": _text(request, "user") or _text(record, "user"),
        "messages": messages,
        "response": _response(record),
        "model": _text(request, "model"),
        "workload": _text(metadata, "workload"),
        "feedback": _feedback(metadata),
        "asked_at": _asked_at(record.get("created", request.get("created"))),
        "extra": _extra(record, request, metadata),
    }


def _messages(request: Mapping[str, Any]) -> list[dict[str, str]]:
    messages = request.get("messages")
    if not isinstance(messages, list):
        raise Unfit("messages_type", f"Expected a list under `messages`, got {type(messages).__name__}.")
    read = [_message(message) for message in messages]
    if not any(message["role"] == "user" and message["content"].strip() for message in read):
        raise Unfit("empty", "There is no user message with text in it.")
    return read


def _message(message: Any) -> dict[str, str]:
    if not isinstance(message, dict) or message.get("role") not in ROLES:
        raise Unfit("message_form", f"Expected messages with a role of {', '.join(ROLES)}.")
    return {"role": message["role"], "content": _content(message.get("content"))}


def _content(content: Any) -> str:
    """Plain text, or a list of text parts."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if isinstance(content, list) and all(isinstance(part, dict) for part in content):
        return "\n".join(map(_part, content))
    raise Unfit("content_type", f"Expected text under `content`, got {type(content).__name__}.")


def _part(part: Mapping[str, Any]) -> str:
    if not isinstance(part.get("text"), str):
        raise Unfit("unsupported_part", "Expected parts of text; without its images or sounds a prompt is another one.")
    return str(part["text"])


def _response(record: Record) -> str | None:
    answer = record["response"] if isinstance(record.get("response"), dict) else record
    choices = answer.get("choices")
    if not choices:
        return None
    if not isinstance(choices, list) or not isinstance(choices[0], dict):
        raise Unfit("choices_type", "Expected a list of objects under `choices`.")
    message = choices[0].get("message")
    return _content(message.get("content")) if isinstance(message, dict) else None


def _mapping(record: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = record.get(name)
    if value is not None and not isinstance(value, dict):
        raise Unfit(f"{name}_type", f"Expected an object under `{name}`, got {type(value).__name__}.")
    return value or {}


def _text(record: Mapping[str, Any], name: str) -> str | None:
    value = record.get(name)
    if value is not None and not isinstance(value, (str, int)):
        raise Unfit(f"{name}_type", f"Expected text under `{name}`, got {type(value).__name__}.")
    return str(value) if value not in (None, "") else None


def _feedback(metadata: Mapping[str, Any]) -> str | None:
    thumb = _text(metadata, "feedback")
    if thumb not in (None, "up", "down"):
        raise Unfit("feedback_value", "Expected up or down under `metadata.feedback`.")
    return thumb


def _asked_at(created: Any) -> datetime | None:
    if created is None:
        return None
    if isinstance(created, bool) or not isinstance(created, (int, float)):
        raise Unfit("created_type", f"Expected seconds since 1970 under `created`, got {type(created).__name__}.")
    try:
        return datetime.fromtimestamp(created, tz=timezone.utc)
    except (OverflowError, OSError, ValueError):
        raise Unfit(
            "created_value", "Expected seconds since 1970 under `created`, got a number beyond any date."
        ) from None


def _extra(record: Record, request: Mapping[str, Any], metadata: Mapping[str, Any]) -> dict[str, str]:
    """Whatever this version does not know: kept, so that a field that turns out to matter is still there."""
    nested = {} if request is record else request
    unknown = {name: value for name, value in record.items() if name not in KNOWN or name == "id"}
    unknown |= {f"request.{name}": value for name, value in nested.items() if name not in KNOWN}
    unknown |= {f"metadata.{name}": value for name, value in metadata.items() if name not in ("workload", "feedback")}
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in unknown.items()}
