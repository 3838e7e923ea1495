"""Take logged requests in: redacted and pseudonymised before they are stored, each line a row or a rejection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from conf import PromptsSettings
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rejections import Rejection
from lakehouse.rim import step_run
from lakehouse.subjects import pseudonym
from pipelines.files import File, files_under
from pipelines.lines import Record, parse_lines
from pipelines.prompts.openai_log import SOURCE, request_fields
from pipelines.redaction import Redactor
from pipelines.taking import Piece, Taken, take_files

STEP = "prompts.take"


def take_requests(
    lakehouse: Lakehouse,
    paths: Sequence[Path],
    settings: PromptsSettings,
    redactor: Redactor,
    subject_key: SecretStr,
    provenance: Provenance,
) -> Taken:
    """All log files below the paths into the table requests."""
    parse = partial(parse_file, settings=settings, redactor=redactor, subject_key=subject_key)
    with step_run(lakehouse, STEP, provenance) as run:
        return take_files(run, files_under(paths), "requests", parse)


def parse_file(file: File, settings: PromptsSettings, redactor: Redactor, subject_key: SecretStr) -> Iterator[Piece]:
    """The requests of one log file, each a row or a refusal."""

    def from_record(record: Record, file: File, line: int) -> Piece:
        return _request(record, file, line, settings, redactor, subject_key)

    return parse_lines(file, from_record, settings.max_line_megabytes * 2**20)


def _request(
    record: Record, file: File, line: int, settings: PromptsSettings, redactor: Redactor, subject_key: SecretStr
) -> Piece:
    fields = request_fields(record)
    user = fields.pop("user")
    subject_id = pseudonym(subject_key, user) if user else None
    characters = sum(len(message["content"]) for message in fields["messages"])
    if characters > settings.max_characters:
        detail = f"Expected at most {settings.max_characters} characters in the messages, got {characters}."
        return Rejection(fields["request_id"], "too_long", detail, file.name, line, subject_id)
    place = {"source": SOURCE, "source_file": file.name, "source_line": line, "subject_id": subject_id}
    return _redacted(fields, redactor) | place


def _redacted(fields: dict[str, Any], redactor: Redactor) -> dict[str, Any]:
    """One numbering of placeholders for the whole conversation, its answer and the fields we do not know."""
    contents = [message["content"] for message in fields["messages"]]
    extra: dict[str, str] = fields["extra"]
    texts = iter(redactor.redact([*contents, fields["response"] or "", *extra.values()]).texts)
    messages = [{"role": message["role"], "content": next(texts)} for message in fields["messages"]]
    response = next(texts)
    return fields | {
        "messages": messages,
        "response": response if fields["response"] is not None else None,
        "extra": dict(zip(extra, texts, strict=True)),
    }
