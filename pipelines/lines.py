"""JSON Lines as people write them: one record a line, with a refusal for each line that is not one."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from lakehouse.rejections import Rejection
from pipelines.files import File, open_plain
from pipelines.taking import Piece

Record = dict[str, Any]
FromRecord = Callable[[Record, File, int], Piece]


class Unfit(ValueError):
    """A record that is JSON and still not what is taken; the reason is one word for counting."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def parse_lines(file: File, from_record: FromRecord, max_line_bytes: int) -> Iterator[Piece]:
    """Every line that is not blank, as a row or a refusal; an archive that breaks off is refused at that line."""
    number = 0
    try:
        with open_plain(file) as stream:
            while line := stream.readline(max_line_bytes + 1):
                number += 1
                if len(line) > max_line_bytes:
                    _skip_rest(stream, line, max_line_bytes)
                    yield refusal(file, number, "too_long", f"Expected at most {max_line_bytes} bytes on a line.")
                elif line.strip():
                    yield _piece(line, file, number, from_record)
    except (OSError, EOFError, zlib.error) as problem:
        yield refusal(
            file, number + 1, "unreadable", f"The file cannot be read on from here: {type(problem).__name__}."
        )


def refusal(file: File, line: int, reason: str, detail: str, subject_id: str | None = None) -> Rejection:
    """A rejection that points at a line."""
    return Rejection(f"{file.name}:{line}", reason, detail, file.name, line, subject_id)


def _piece(line: bytes, file: File, number: int, from_record: FromRecord) -> Piece:
    try:
        record = json.loads(line)
        if not isinstance(record, dict):
            raise Unfit("not_an_object", "Expected one JSON object a line.")
        return from_record(record, file, number)
    except UnicodeDecodeError as problem:
        return refusal(file, number, "not_utf8", f"Expected UTF-8; byte {problem.start} of the line is something else.")
    except json.JSONDecodeError as problem:
        return refusal(file, number, "not_json", f"Expected JSON; it breaks at column {problem.colno}.")
    except RecursionError:
        return refusal(file, number, "too_deep", "The JSON is nested deeper than any log would be.")
    except Unfit as problem:
        return refusal(file, number, problem.reason, str(problem))


def _skip_rest(stream: Any, line: bytes, max_line_bytes: int) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(max_line_bytes)
