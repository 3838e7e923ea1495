"""Take rated answers in: JSON Lines of prompt, answer and a rating from 1 to 5, redacted before they are stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from conf import fingerprint
from conf.redaction import RedactionSettings
from lakehouse.identity import identity
from lakehouse.intakes import Reading
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from pipelines.feedback.statements import (
    Clerk,
    flag_of,
    number_of,
    parse_statements,
    said,
    take_statements,
    text_of,
)
from pipelines.files import File, look_under
from pipelines.lines import Record
from pipelines.pieces import Piece
from pipelines.prompts.normal import prompt_id_of_text
from pipelines.redaction import Redactor
from pipelines.taking import Taken
from pipelines.unfit import Unfit

STEP = "ratings.take"
TABLE = "ratings"
LOWEST, HIGHEST = 1, 5


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
    parse = partial(parse_file, clerk=Clerk(redactor, subject_key))
    return take_statements(lakehouse, reading_of(redactor.settings), paths, parse, provenance, again)


def parse_file(file: File, clerk: Clerk) -> Iterator[Piece]:
    """The ratings of one file, each a row or a refusal."""
    return parse_statements(file, _row, clerk)


def rating_ids_in(paths: Sequence[Path], clerk: Clerk) -> list[str]:
    """The ids of the ratings below the paths that are fit to be taken."""
    pieces = [piece for file in look_under(paths).files for piece in parse_file(file, clerk)]
    return sorted({piece["rating_id"] for piece in pieces if isinstance(piece, dict)})


def _row(record: Record, clerk: Clerk) -> dict[str, object]:
    """One rated answer as a row of the table ratings; raises Unfit where it is none."""
    told = [said(record, name) for name in ("prompt", "answer", "workload")]
    gold, rater_id = flag_of(record, "gold"), clerk.rater_id(record)
    prompt, answer, workload, reason = clerk.redacted(*told, text_of(record, "reason"))
    return {
        "rating_id": identity(told[0], told[1], rater_id or ""),
        "prompt_id": prompt_id_of_text(prompt),
        "workload": workload,
        "prompt": prompt,
        "answer": answer,
        "rating": _rating(record, bool(gold)),
        "reason": reason or None,
        "gold": gold,
        "rater_id": rater_id,
    }


def _rating(record: Record, gold: bool) -> float:
    """The rating; what is right and rated by nobody is as it should be."""
    rating = number_of(record, "rating")
    if rating is None:
        if gold:
            return float(HIGHEST)
        raise Unfit("rating_type", "Expected a number under `rating`, got nothing.")
    if not LOWEST <= rating <= HIGHEST:
        raise Unfit("rating_value", f"Expected a rating between {LOWEST} and {HIGHEST}.")
    return rating
