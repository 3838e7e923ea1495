"""Tables of logged prompts (CSV, TSV, Parquet): the settings say which column holds what."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from conf import PromptColumns
from lakehouse.identity import identity
from pipelines.files import File
from pipelines.pieces import Piece
from pipelines.prompts.fields import as_texts, content_of, conversation, moment, text_under, thumb
from pipelines.prompts.guard import Guard
from pipelines.sheets import Row, columns_in, rows_in
from pipelines.unfit import Unfit, refusal

SOURCE = "columns"
SHOWN_COLUMNS, SHOWN_CHARACTERS = 20, 40


def parse_sheet(file: File, guard: Guard) -> Iterator[Piece]:
    """The requests of one file, each row a request or a refusal; a file without a mapped column is one refusal."""
    limit = guard.settings.max_line_megabytes * 2**20
    try:
        _check_columns(columns_in(file, limit), guard)
    except Unfit as problem:
        yield refusal(file.name, 1, problem.reason, str(problem))
        return
    for number, row in rows_in(file, limit):
        try:
            if isinstance(row, Unfit):
                raise row
            yield guard.piece(row_fields(row, guard.settings.columns), file.name, number)
        except Unfit as problem:
            yield refusal(file.name, number, problem.reason, str(problem))


def row_fields(row: Row, columns: PromptColumns) -> dict[str, Any]:
    """The fields of the table requests as the row has them: with personal data."""
    found = {field: row[name] if name else None for field, name in columns.model_dump().items()}
    extra = {name: value for name, value in row.items() if name not in _mapped(columns) or name == columns.id}
    named = text_under(found, "id")
    return {
        "source": SOURCE,
        "request_id": identity(SOURCE, named or json.dumps(row, sort_keys=True, default=str)),
        "user": text_under(found, "user"),
        "messages": _messages(found),
        "response": content_of(found["response"]) or None,
        "model": None,
        "workload": text_under(found, "workload"),
        "feedback": thumb(found["feedback"]),
        "asked_at": moment(found["asked_at"], "asked_at"),
        "extra": as_texts({name: value for name, value in extra.items() if value not in (None, "")}),
    }


def _messages(found: dict[str, Any]) -> list[dict[str, str]]:
    """The conversation as the table has it, or one of a system message and a user's."""
    if found["messages"] is not None:
        told = _parsed(found["messages"])
    else:
        told = [{"role": "user", "content": content_of(found["prompt"])}]
    system = content_of(found["system"])
    if system and isinstance(told, list):
        told = [{"role": "system", "content": system}, *told]
    return conversation(told)


def _parsed(messages: Any) -> Any:
    """Parquet has lists of its own, CSV their JSON."""
    if not isinstance(messages, str):
        return messages
    try:
        return json.loads(messages)
    except (ValueError, RecursionError):
        raise Unfit("messages_type", "Expected messages as a JSON list, got other text.") from None


def _mapped(columns: PromptColumns) -> set[str]:
    return {name for name in columns.model_dump().values() if name}


def _check_columns(there: Sequence[str], guard: Guard) -> None:
    """Names are shown redacted, for the first line of a file without names is somebody's data."""
    missing = sorted(_mapped(guard.settings.columns) - set(there))
    if missing:
        shown = [name[:SHOWN_CHARACTERS] for name in guard.redactor.redact(there[:SHOWN_COLUMNS]).texts]
        raise Unfit(
            "missing_column",
            f"Expected the columns {', '.join(missing)} (settings: prompts.columns), got {', '.join(shown)}.",
        )
