"""Take rated answers in: JSON Lines of prompt, answer and a rating from 1 to 5, redacted before they are stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from conf import fingerprint
from conf.redaction import RedactionSettings
from lakehouse.identity import identity
from lakehouse.intakes import Reading
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import step_run
from lakehouse.subjects import pseudonym
from pipelines.files import File, look_under
from pipelines.lines import Record, parse_lines
from pipelines.pieces import Piece
from pipelines.redaction import Redactor
from pipelines.taking import Taken, new_files, take_files
from pipelines.unfit import Unfit

STEP = "ratings.take"
TABLE = "ratings"
LOWEST, HIGHEST = 1, 5
LONGEST_LINE_BYTES = 16 * 2**20


@dataclass(frozen=True)
class Clerk:
    """What decides who is named and what is said in a rating; carried to every worker."""

    redactor: Redactor
    subject_key: SecretStr

    def piece(self, record: Record, file: File, line: int) -> Piece:
        """One rated answer as a row of the table ratings; raises Unfit where it is none."""
        prompt, answer, workload = (_said(record, name) for name in ("prompt", "answer", "workload"))
        rater, reason = _text(record, "rater"), _text(record, "reason")
        rater_id = pseudonym(self.subject_key, rater) if rater else None
        texts = self.redactor.redact([prompt, answer, reason or "", workload]).texts
        return {
            "rating_id": identity(prompt, answer, rater_id or ""),
            "workload": texts[3],
            "prompt": texts[0],
            "answer": texts[1],
            "rating": _rating(record),
            "reason": texts[2] or None,
            "rater_id": rater_id,
            "source_file": file.name,
            "source_line": line,
        }


def reading_of(redaction: RedactionSettings) -> Reading:
    """What the ledger of intakes knows this step's reading by."""
    return Reading(STEP, TABLE, fingerprint(redaction.model_dump(mode="json")))


def take_ratings(
    lakehouse: Lakehouse,
    paths: Sequence[Path],
    redactor: Redactor,
    subject_key: SecretStr,
    provenance: Provenance,
    *,
    again: bool = False,
) -> Taken:
    """All files of ratings below the paths into the table ratings."""
    reading, found = reading_of(redactor.settings), look_under(paths)
    files = found.files if again else new_files(reading, found.files, lakehouse.place, lakehouse)
    taken = Taken(known=len(found.files) - len(files), passed_over=found.passed_over)
    if not files:
        return taken
    with step_run(lakehouse, STEP, provenance) as run:
        return taken + take_files(run, reading, files, partial(parse_file, clerk=Clerk(redactor, subject_key)))


def parse_file(file: File, clerk: Clerk) -> Iterator[Piece]:
    """The ratings of one file, each a row or a refusal."""
    return parse_lines(file, clerk.piece, LONGEST_LINE_BYTES)


def rating_ids_in(paths: Sequence[Path], clerk: Clerk) -> list[str]:
    """The ids of the ratings below the paths that are fit to be taken."""
    pieces = [piece for file in look_under(paths).files for piece in parse_file(file, clerk)]
    return sorted({piece["rating_id"] for piece in pieces if isinstance(piece, dict)})


def _said(record: Record, name: str) -> str:
    text = _text(record, name)
    if text is None:
        raise Unfit(f"no_{name}", f"Expected text under `{name}`, and there is none.")
    return text


def _text(record: Record, name: str) -> str | None:
    value = record.get(name)
    if value is not None and not isinstance(value, str):
        raise Unfit(f"{name}_type", f"Expected text under `{name}`, got {type(value).__name__}.")
    return value if value and value.strip() else None


def _rating(record: Record) -> float:
    value: Any = record.get("rating")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Unfit("rating_type", f"Expected a number under `rating`, got {type(value).__name__}.")
    if not LOWEST <= value <= HIGHEST:
        raise Unfit("rating_value", f"Expected a rating between {LOWEST} and {HIGHEST}.")
    return float(value)
