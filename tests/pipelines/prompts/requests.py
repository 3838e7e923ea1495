"""Requests as selection finds them, one short line each: who asked what, on which day of October."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from conf import load_settings
from conf.selection import SelectionSettings
from lakehouse.place import Lakehouse
from lakehouse.read import read
from lakehouse.write import append_missing
from tests.lakehouse.rows import frame

Row = dict[str, Any]


def request(name: str, *contents: str, day: int | None = 1, **changes: Any) -> Row:
    """A request whose messages are the user's and the assistant's in turn."""
    roles = ("user", "assistant")
    messages = [{"role": roles[at % 2], "content": content} for at, content in enumerate(contents)]
    asked_at = datetime(2026, 10, day, 12, tzinfo=timezone.utc) if day else None
    row = {
        "request_id": name,
        "messages": messages,
        "asked_at": asked_at,
        "source": "openai",
        "source_file": "log.jsonl",
    }
    return row | {"source_line": 1, "workload": "facts", "extra": {}, "run_id": "run"} | changes


def log(lakehouse: Lakehouse, *requests: Row) -> None:
    append_missing(lakehouse, "requests", frame(lakehouse, "requests", list(requests)))


def settings(**changes: Any) -> SelectionSettings:
    """Without a model, unless a test asks for it."""
    return load_settings("test").settings.selection.model_copy(update={"clustering": False} | changes)


def prompts(lakehouse: Lakehouse) -> dict[str, Row]:
    """The prompts there are, by the last words of each."""
    rows = read(lakehouse, "prompts").frame.collect()
    return {row.messages[-1].content.split("\n")[-1]: row.asDict(recursive=True) for row in rows}


def refusals(lakehouse: Lakehouse) -> dict[str, str]:
    """Why each request was refused."""
    rows = read(lakehouse, "rejections").frame.where("step = 'prompts.select'").collect()
    return {row.entity_id: row.reason for row in rows}
