"""What people say of answers, a JSON object a line: who said it becomes a pseudonym, and its texts are redacted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from lakehouse.intakes import Reading
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import step_run
from lakehouse.subjects import pseudonym
from pipelines.files import File, look_under
from pipelines.lines import Record, parse_lines
from pipelines.pieces import Parse, Piece
from pipelines.redaction import Redactor
from pipelines.taking import Taken, new_files, take_files
from pipelines.unfit import Unfit

LONGEST_LINE_BYTES = 16 * 2**20


@dataclass(frozen=True)
class Clerk:
    """What decides who is named and what is said; carried to every worker."""

    redactor: Redactor
    subject_key: SecretStr

    def rater_id(self, record: Record) -> str | None:
        """The pseudonym of who said it; None where nobody is named."""
        rater = text_of(record, "rater")
        return pseudonym(self.subject_key, rater) if rater else None

    def redacted(self, *texts: str | None) -> tuple[str, ...]:
        """The texts with one numbering of placeholders; the prompt goes first, so that its own are as in the logs."""
        return tuple(self.redactor.redact([text or "" for text in texts]).texts)


RowOf = Callable[[Record, Clerk], dict[str, object]]
"""One record as a row without its place; raises Unfit where it is none, and must be a function to be pickled."""


def parse_statements(file: File, row_of: RowOf, clerk: Clerk) -> Iterator[Piece]:
    """The statements of one file, each a row or a refusal."""
    return parse_lines(file, partial(_piece, row_of=row_of, clerk=clerk), LONGEST_LINE_BYTES)


def take_statements(
    lakehouse: Lakehouse,
    reading: Reading,
    paths: Sequence[Path],
    parse: Parse,
    provenance: Provenance,
    again: bool,
) -> Taken:
    """All files below the paths that are new into the reading's table."""
    found = look_under(paths)
    files = found.files if again else new_files(reading, found.files, lakehouse.place, lakehouse)
    taken = Taken(known=len(found.files) - len(files), passed_over=found.passed_over)
    if not files:
        return taken
    with step_run(lakehouse, reading.step, provenance) as run:
        return taken + take_files(run, reading, files, parse)


def said(record: Record, name: str) -> str:
    """The text under a name that has to be there."""
    text = text_of(record, name)
    if text is None:
        raise Unfit(f"no_{name}", f"Expected text under `{name}`, and there is none.")
    return text


def text_of(record: Record, name: str) -> str | None:
    """The text under a name; None for nothing, and for blanks."""
    value = record.get(name)
    if value is not None and not isinstance(value, str):
        raise Unfit(f"{name}_type", f"Expected text under `{name}`, got {type(value).__name__}.")
    return value if value and value.strip() else None


def number_of(record: Record, name: str) -> float | None:
    """The number under a name; None for nothing. Whether it is a number that can stand there is asked elsewhere."""
    value = record.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Unfit(f"{name}_type", f"Expected a number under `{name}`, got {type(value).__name__}.")
    try:
        return float(value)
    except OverflowError:
        raise Unfit(f"{name}_value", f"Expected a number under `{name}` that is not beyond all measure.") from None


def flag_of(record: Record, name: str) -> bool | None:
    """true or false under a name; None for nothing."""
    value = record.get(name)
    if value is not None and not isinstance(value, bool):
        raise Unfit(f"{name}_type", f"Expected true or false under `{name}`, got {type(value).__name__}.")
    return value


def _piece(record: Record, file: File, line: int, row_of: RowOf, clerk: Clerk) -> Piece:
    return row_of(record, clerk) | {"source_file": file.name, "source_line": line}
