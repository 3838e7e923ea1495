"""Votes as people write them into the file of pairs, each as a preference or a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from lakehouse.identity import identity
from lakehouse.rejections import Rejection
from lakehouse.subjects import pseudonym
from pipelines.feedback.preferences import HUMAN
from pipelines.files import File
from pipelines.lines import parse_lines
from pipelines.pieces import Piece
from pipelines.release.blind import CSV, LEFT, LINES, RIGHT, TIE, Ballot, BallotFileError
from pipelines.sheets import rows_in
from pipelines.unfit import Unfit, refusal

MOST_BYTES = 16 * 2**20
WORDS = (LEFT, RIGHT, TIE)
Record = dict[str, Any]


def records_in(file: File) -> list[tuple[int, Record]]:
    """The rows of the file with their lines; one that cannot be read means that the file is not what was exported."""
    if file.suffix not in (CSV, LINES):
        raise BallotFileError(f"expected a file that ends in {CSV} or {LINES}, got `{file.name}`.")
    found = list(rows_in(file, MOST_BYTES)) if file.suffix == CSV else list(_lines(file))
    for line, record in found:
        if isinstance(record, Unfit):
            raise BallotFileError(f"line {line} of {file.name}: {record} Mend it, and take the file again.")
    return [(line, record) for line, record in found if not isinstance(record, Unfit)]


def _lines(file: File) -> list[tuple[int, Record | Unfit]]:
    pieces = parse_lines(file, lambda record, _, line: {"line": line, "record": record}, MOST_BYTES)
    return [
        (int(one.source_line or 0), Unfit(one.reason, one.detail))
        if isinstance(one, Rejection)
        else (one["line"], one["record"])
        for one in pieces
    ]


def vote_of(record: Record, file: File, line: int, ballots: Mapping[str, Ballot], key: SecretStr) -> Piece | None:
    """One row as a preference with its place, or a refusal; None where nobody has voted."""
    vote = str(record.get("vote") or "").strip().lower()
    if not vote:
        return None
    ballot = ballots.get(str(record.get("pair")))
    if ballot is None:
        detail = "Expected a pair of this comparison under `pair`; leave that column as it was exported."
        return refusal(file.name, line, "unknown_pair", detail)
    if vote not in WORDS:
        return refusal(file.name, line, "vote_value", "Expected left, right or tie under `vote`, or nothing.")
    return _row(ballot, vote, str(record.get("voter") or "").strip(), key) | {
        "source_file": file.name,
        "source_line": line,
    }


def _row(ballot: Ballot, vote: str, voter: str, key: SecretStr) -> dict[str, Any]:
    """A row of preferences; its texts are ours, not those of the file, which a spreadsheet may have changed."""
    rater_id = pseudonym(key, voter) if voter else None
    first, second = sorted((ballot.left, ballot.right))
    chosen, rejected = (first, second) if vote == TIE else (ballot.sides[vote], ballot.sides[_other(vote)])
    return {
        "preference_id": identity(ballot.prompt, first, second, rater_id or ""),
        "prompt_id": ballot.prompt_id,
        "workload": ballot.workload,
        "prompt": ballot.prompt,
        "chosen": chosen,
        "rejected": rejected,
        "tie": vote == TIE,
        "origin": HUMAN,
        "rater_id": rater_id,
    }


def _other(side: str) -> str:
    return RIGHT if side == LEFT else LEFT
