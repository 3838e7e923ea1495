"""JSON Lines as people write them: one record a line, with a refusal for each line that is not one."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from pipelines.files import File, open_plain
from pipelines.pieces import Piece
from pipelines.unfit import Unfit, refusal

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


def _piece(line: bytes, file: File, number: int, from_record: FromRecord) -> Piece:
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
    _check_whole_characters(text, record)
    return record


def _check_whole_characters(text: str | bytes, record: Record) -> None:
    """JSON can escape half of a character, which Python reads and no table can hold."""
    plain = text if isinstance(text, str) else text.decode(errors="ignore")
    if "\\ud" not in plain.lower():
        return
    try:
        json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Unfit("half_character", "A \\u escape stands for half of a character; write both halves.") from None


def _skip_rest(stream: Any, line: bytes, max_line_bytes: int) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(max_line_bytes)
