"""Two models' answers side by side with nothing that says whose is whose: sides and order come from a keyed hash."""

from __future__ import annotations

import csv
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pydantic import SecretStr

from lakehouse.identity import DIGITS, identity
from pipelines.prompts.normal import normal_text

NAMES = ("pair", "comparison", "workload", "prompt", "left", "right", "vote", "voter")
CSV, LINES = ".csv", ".jsonl"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
LEFT, RIGHT, TIE = "left", "right", "tie"


class BallotFileError(ValueError):
    """A file that pairs cannot be written to or votes cannot be read from."""


@dataclass(frozen=True)
class Pair:
    """What two models answered to one prompt."""

    prompt_id: str
    workload: str
    prompt: str
    first: str
    second: str

    @property
    def differs(self) -> bool:
        """Who answers the same cannot be told apart."""
        return normal_text(self.first) != normal_text(self.second)


@dataclass(frozen=True)
class Answers:
    """What two models answered to the prompts of a suite; the policies in a fixed order, the newest pairs first."""

    suite: str
    policies: tuple[str, str]
    pairs: tuple[Pair, ...]

    def comparison(self, key: SecretStr) -> str:
        """What a file says instead of the names."""
        return keyed(key, "comparison", *self.policies, self.suite)

    @property
    def newest(self) -> dict[str, Pair]:
        """The pair of each prompt that counts: other settings may have drawn others before."""
        return {one.prompt_id: one for one in reversed(self.pairs)}


@dataclass(frozen=True)
class Ballot:
    """One pair as a person sees it, and which of the policies stands on the left."""

    pair_id: str
    prompt_id: str
    workload: str
    prompt: str
    left: str
    right: str
    first_is_left: bool

    @property
    def sides(self) -> dict[str, str]:
        return {LEFT: self.left, RIGHT: self.right}


def keyed(key: SecretStr, *parts: str) -> str:
    """A name that only whoever has the key can make."""
    return hmac.new(key.get_secret_value().encode(), identity(*parts).encode(), hashlib.sha256).hexdigest()[:DIGITS]


def ballots_of(answers: Answers, pairs: Iterable[Pair], key: SecretStr) -> list[Ballot]:
    """Every pair of answers that differ, in an order and with sides that say nothing; the same whenever it is asked."""
    found = [_ballot(answers, pair, key) for pair in pairs if pair.differs]
    return sorted(found, key=lambda one: keyed(key, "place", one.pair_id))


def _ballot(answers: Answers, pair: Pair, key: SecretStr) -> Ballot:
    pair_id = keyed(key, "pair", answers.comparison(key), pair.prompt_id, pair.first, pair.second)
    first_is_left = int(keyed(key, "side", pair_id), 16) % 2 == 0
    left, right = (pair.first, pair.second) if first_is_left else (pair.second, pair.first)
    return Ballot(pair_id, pair.prompt_id, pair.workload, pair.prompt, left, right, first_is_left)


def write_ballots(file: Path, ballots: Sequence[Ballot], comparison: str) -> None:
    """The pairs with room for a vote and a voter; a file that is there may hold votes, so it stays."""
    if file.suffix not in (CSV, LINES):
        raise BallotFileError(f"expected a file that ends in {CSV} or {LINES}, got `{file.name}`. Name it so.")
    rows = [dict(zip(NAMES, _cells(one, comparison), strict=True)) for one in ballots]
    try:
        with file.open("x", encoding="utf-8", newline="") as stream:
            (_write_lines if file.suffix == LINES else _write_sheet)(stream, rows)
    except FileExistsError:
        raise BallotFileError(
            f"{file} is there already, and may hold votes. Name another file, or take its votes in first."
        ) from None


def _cells(ballot: Ballot, comparison: str) -> tuple[str, ...]:
    return ballot.pair_id, comparison, ballot.workload, ballot.prompt, ballot.left, ballot.right, "", ""


def _write_lines(stream: IO[str], rows: Iterable[Mapping[str, str]]) -> None:
    stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _write_sheet(stream: IO[str], rows: Iterable[Mapping[str, str]]) -> None:
    writer = csv.writer(stream)
    writer.writerow(NAMES)
    writer.writerows([_harmless(row[name]) for name in NAMES] for row in rows)


def _harmless(cell: str) -> str:
    """A model may have written what a spreadsheet would compute."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
