"""The fields that all kinds of log share, each read with its type: what has another one is refused by name."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date, datetime, time, timezone
from typing import Any

from pipelines.unfit import Unfit

ROLES = ("system", "developer", "user", "assistant", "tool")
THUMBS = {
    "up": "up",
    "down": "down",
    "thumbs_up": "up",
    "thumbs_down": "down",
    "positive": "up",
    "negative": "down",
    "true": "up",
    "false": "down",
}


def conversation(messages: Any) -> list[dict[str, str]]:
    """A list of messages, each a role and its text, in which a user says something."""
    if not isinstance(messages, list):
        raise Unfit("messages_type", f"Expected a list under `messages`, got {type(messages).__name__}.")
    read = [_message(message) for message in messages]
    if not any(message["role"] == "user" and message["content"].strip() for message in read):
        raise Unfit("empty", "There is no user message with text in it.")
    return read


def _message(message: Any) -> dict[str, str]:
    if not isinstance(message, dict) or message.get("role") not in ROLES:
        raise Unfit("message_form", f"Expected messages with a role of {', '.join(ROLES)}.")
    return {"role": message["role"], "content": content_of(message.get("content"))}


def content_of(content: Any) -> str:
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


def first_choice(answer: Mapping[str, Any]) -> str | None:
    """The first answer of an OpenAI-style response; None where it holds none."""
    choices = answer.get("choices")
    if not choices:
        return None
    if not isinstance(choices, list) or not isinstance(choices[0], dict):
        raise Unfit("choices_type", "Expected a list of objects under `choices`.")
    message = choices[0].get("message")
    return content_of(message.get("content")) if isinstance(message, dict) else None


def text_under(record: Mapping[str, Any], name: str) -> str | None:
    """Text or a whole number under a name; None for nothing, and for an empty text."""
    value = record.get(name)
    if value is not None and not isinstance(value, (str, int)):
        raise Unfit(f"{name}_type", f"Expected text under `{name}`, got {type(value).__name__}.")
    return str(value) if value not in (None, "") else None


def object_under(record: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object under a name; empty for nothing."""
    value = record.get(name)
    if value is not None and not isinstance(value, dict):
        raise Unfit(f"{name}_type", f"Expected an object under `{name}`, got {type(value).__name__}.")
    return value or {}


def thumb(value: Any) -> str | None:
    """up or down, from the words and booleans by which logs say so; None for nothing."""
    if value is None or value == "":
        return None
    named = THUMBS.get(str(value).strip().lower()) if isinstance(value, (str, bool)) else None
    if named is None:
        raise Unfit("feedback_value", f"Expected feedback of {', '.join(THUMBS)}.")
    return named


def moment(value: Any, name: str) -> datetime | None:
    """A time, in UTC where it does not say its zone: seconds since 1970, ISO 8601 text, or a date or time itself."""
    if value is None or value == "":
        return None
    if isinstance(value, date):
        read = value if isinstance(value, datetime) else datetime.combine(value, time())
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        read = _since_1970(value, name)
    elif isinstance(value, str):
        read = _from_text(value, name)
    else:
        raise Unfit(f"{name}_type", f"Expected a time under `{name}`, got {type(value).__name__}.")
    return read.replace(tzinfo=timezone.utc) if read.tzinfo is None else read.astimezone(timezone.utc)


def _since_1970(seconds: float, name: str) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, tz=timezone.utc)
    except (OverflowError, OSError, ValueError):
        detail = f"Expected seconds since 1970 under `{name}`, got a number beyond any date."
        raise Unfit(f"{name}_value", detail) from None


def _from_text(text: str, name: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        pass
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if math.isnan(seconds):
        detail = f"Expected a time under `{name}` as 2026-11-21T12:00:00Z, or seconds since 1970."
        raise Unfit(f"{name}_value", detail)
    return _since_1970(seconds, name)


def as_texts(values: Mapping[str, Any]) -> dict[str, str]:
    """Fields that this version does not know, as texts: kept, for a field that turns out to matter is still there."""
    return {
        str(name): value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        for name, value in values.items()
    }
