"""Take compared answers in: JSON Lines of prompt, chosen and rejected, each pair known whichever way it is told."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from conf import PairsSettings, fingerprint
from conf.redaction import RedactionSettings
from lakehouse.identity import identity
from lakehouse.intakes import Reading
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from pipelines.feedback.statements import Clerk, flag_of, number_of, parse_statements, said, take_statements
from pipelines.files import File
from pipelines.lines import Record
from pipelines.pieces import Piece
from pipelines.prompts.normal import normal_text, prompt_id_of_text
from pipelines.redaction import Redactor
from pipelines.taking import Taken
from pipelines.unfit import Unfit

STEP = "preferences.take"
TABLE = "preferences"
HUMAN = "human"
DECIDING = {"max_characters"}
"""The settings that decide what becomes of a line; the others may change, and nothing is read again."""


def reading_of(settings: PairsSettings, redaction: RedactionSettings) -> Reading:
    """What the ledger of intakes knows this step's reading by."""
    parts = [settings.model_dump(mode="json", include=DECIDING), redaction.model_dump(mode="json")]
    return Reading(STEP, TABLE, fingerprint(parts))


def take_preferences(
    lakehouse: Lakehouse,
    paths: Sequence[Path],
    settings: PairsSettings,
    redactor: Redactor,
    subject_key: SecretStr,
    provenance: Provenance,
    *,
    again: bool = False,
) -> Taken:
    """All files of preferences below the paths into the table preferences."""
    reading, clerk = reading_of(settings, redactor.settings), Clerk(redactor, subject_key)
    parse = partial(parse_file, clerk=clerk, max_characters=settings.max_characters)
    return take_statements(lakehouse, reading, paths, parse, provenance, again)


def parse_file(file: File, clerk: Clerk, max_characters: int) -> Iterator[Piece]:
    """The preferences of one file, each a row or a refusal."""
    return parse_statements(file, partial(_row, max_characters=max_characters), clerk)


def _row(record: Record, clerk: Clerk, max_characters: int) -> dict[str, object]:
    """One compared pair as a row of the table preferences; raises Unfit where it is none."""
    told = [said(record, name) for name in ("prompt", "chosen", "rejected", "workload")]
    longest = max(map(len, told[:3]))
    if longest > max_characters:
        raise Unfit(
            "too_long",
            f"Expected at most {max_characters} characters in a prompt or an answer, got {longest}. It is not cut: "
            "what was compared is the whole (setting: pairs.max_characters).",
        )
    tie, margin = _verdict(record)
    rater_id = clerk.rater_id(record)
    prompt, chosen, rejected, workload = clerk.redacted(*told)
    if normal_text(chosen) == normal_text(rejected):
        raise Unfit("self_pair", "Expected two answers that differ in more than blanks.")
    first, second = sorted((chosen, rejected)) if tie else (chosen, rejected)
    return {
        "preference_id": identity(told[0], *sorted(told[1:3]), rater_id or ""),
        "prompt_id": prompt_id_of_text(prompt),
        "workload": workload,
        "prompt": prompt,
        "chosen": first,
        "rejected": second,
        "tie": tie,
        "margin": margin,
        "origin": HUMAN,
        "rater_id": rater_id,
    }


def _verdict(record: Record) -> tuple[bool, float | None]:
    """Whether neither is better, and by how much one is; a margin of nothing is a tie."""
    tie, margin = flag_of(record, "tie"), number_of(record, "margin")
    if margin is not None and not 0 <= margin < math.inf:
        raise Unfit("margin_value", "Expected a margin of 0 (a tie) or more; which is better says the name `chosen`.")
    if tie is False and margin == 0:
        raise Unfit("tie_or_not", "Expected a margin above 0 where `tie` is false.")
    if tie and margin:
        raise Unfit("tie_or_not", "Expected no margin, or 0, where `tie` is true.")
    return bool(tie) or margin == 0, margin
