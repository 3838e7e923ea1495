"""JSON Lines as people write them: one record a line, with a refusal for each line that is not one."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from pipelines.files import File, open_plain
from pipelines.pieces import Piece
from pipelines.unfit import Unfit, check_whole_characters, refusal

Record = dict[str, Any]
FromRecord = Callable[[Record, File, int], Piece]


def parse_lines(file: File, from_record: FromRecord, max_line_bytes: int) -> Iterator[Piece]:
    """Every line that is not blank, as a row or a refusal; an archive that breaks off is refused at that line."""
    number = 0
    try:
        with open_plain(file) as stream:
            while line := stream.readline(max_line_bytes + 1):
                number += 1
                if len(line) > max_line_bytes:
                    _skip_rest(stream, line, max_line_bytes)
                    detail = f"Expected at most {max_line_bytes} bytes on a line."
                    yield refusal(file.name, number, "too_long", detail)
                elif line.strip():
                    yield _piece(line, file, number, from_record)
    except (OSError, EOFError, zlib.error) as problem:
        detail = f"The file cannot be read on from here: {type(problem).__name__}."
        yield refusal(file.name, number + 1, "unreadable", detail)


def parse_json(file: File, from_record: FromRecord, max_bytes: int) -> Iterator[Piece]:
    """A file that is one JSON list of records, or one record over many lines; anything else is JSON Lines after all."""
    records = _records(file, max_bytes)
    if records is None:
        yield from parse_lines(file, from_record, max_bytes)
        return
    for number, record in enumerate(records, start=1):
        yield _piece(json.dumps(record), file, number, from_record)


def _records(file: File, max_bytes: int) -> list[Any] | None:
    try:
        with open_plain(file) as stream:
            content = stream.read(max_bytes + 1)
        whole = json.loads(content) if len(content) <= max_bytes else None
    except (OSError, EOFError, zlib.error, ValueError, RecursionError):
        return None
    return whole if isinstance(whole, list) else [whole] if isinstance(whole, dict) else None


def _piece(line: str | bytes, file: File, number: int, from_record: FromRecord) -> Piece:
    try:
        return from_record(object_in(line), file, number)
    except Unfit as problem:
        return refusal(file.name, number, problem.reason, str(problem))


def object_in(text: str | bytes) -> Record:
    """The JSON object that a text is, or what it is instead."""
    try:
        record = json.loads(text)
    except UnicodeDecodeError as problem:
        raise Unfit("not_utf8", f"Expected UTF-8; byte {problem.start} of the line is something else.") from None
    except json.JSONDecodeError as problem:
        raise Unfit("not_json", f"Expected JSON; it breaks at column {problem.colno}.") from None
    except ValueError:
        raise Unfit("not_json", "Expected JSON; a number in it has more digits than can be read.") from None
    except RecursionError:
        raise Unfit("too_deep", "The JSON is nested deeper than any log would be.") from None
    if not isinstance(record, dict):
        raise Unfit("not_an_object", "Expected one JSON object.")
    if "\\ud" in (text if isinstance(text, str) else text.decode(errors="ignore")).lower():
        check_whole_characters([json.dumps(record, ensure_ascii=False)])
    return record


def _skip_rest(stream: Any, line: bytes, max_line_bytes: int) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(max_line_bytes)
