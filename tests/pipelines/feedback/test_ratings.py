"""Rated answers become rows without anybody's name; what is none is refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from conf import Resolved
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rejections import Rejection
from lakehouse.subjects import pseudonym
from pipelines.feedback.ratings import parse_file, take_ratings
from pipelines.feedback.statements import Clerk
from pipelines.files import File
from pipelines.pieces import Piece
from pipelines.redaction import Redactor
from pipelines.taking import Taken
from tests.lakehouse.rows import stored

KEY = SecretStr("key")
RATED = {"id": "1", "workload": "facts", "prompt": "How much?", "answer": "35", "rating": 4, "rater": "anna"}


def parse(resolved: Resolved, folder: Path, *records: Any) -> list[Piece]:
    (folder / "ratings.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    clerk = Clerk(Redactor(resolved.settings.redaction), KEY)
    return list(parse_file(File(str(folder / "ratings.jsonl"), "ratings.jsonl"), clerk))


def test_nobody_is_named_in_a_rating(resolved: Resolved, tmp_path: Path) -> None:
    told = RATED | {"prompt": "I am anna@web.de", "answer": "Hello anna@web.de", "reason": "ask ben@web.de"}
    (row,) = parse(resolved, tmp_path, told)
    assert isinstance(row, dict)
    assert (row["prompt"], row["answer"], row["reason"]) == ("I am [EMAIL_1]", "Hello [EMAIL_1]", "ask [EMAIL_2]")
    assert (row["rating"], row["rater_id"]) == (4.0, pseudonym(KEY, "anna"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"rating": 6}, "rating_value"),
        ({"rating": float("nan")}, "rating_value"),
        ({"rating": True}, "rating_type"),
        ({"rating": "4"}, "rating_type"),
        ({"answer": " "}, "no_answer"),
        ({"prompt": None}, "no_prompt"),
        ({"workload": 3}, "workload_type"),
        ({"gold": "yes"}, "gold_type"),
        ({"gold": False, "rating": None}, "rating_type"),
    ],
)
def test_what_is_no_rating_is_refused_by_name(
    change: dict[str, Any], reason: str, resolved: Resolved, tmp_path: Path
) -> None:
    (refused,) = parse(resolved, tmp_path, RATED | change)
    assert isinstance(refused, Rejection)
    assert refused.reason == reason


def test_an_answer_that_is_right_needs_no_rating(resolved: Resolved, tmp_path: Path) -> None:
    unrated = {name: value for name, value in RATED.items() if name != "rating"} | {"gold": True}
    gold, both, neither = parse(resolved, tmp_path, unrated, RATED | {"gold": True}, RATED)
    told = [(row["gold"], row["rating"]) for row in (gold, both, neither) if isinstance(row, dict)]
    assert told == [(True, 5.0), (True, 4.0), (None, 4.0)]


def test_ratings_are_taken_once_and_a_second_opinion_of_the_same_rater_is_refused(
    lakehouse: Lakehouse, resolved: Resolved, provenance: Provenance, tmp_path: Path
) -> None:
    folder, redactor = tmp_path / "ratings", Redactor(resolved.settings.redaction)
    folder.mkdir()
    lines = [RATED, RATED | {"rater": "ben"}, RATED | {"rating": 1}, RATED | {"rating": 9}]
    (folder / "1.jsonl").write_text("".join(json.dumps(record) + "\n" for record in lines))
    first = take_ratings(lakehouse, [folder], redactor, KEY, provenance)
    assert first == Taken(files=1, pieces=4, rows=2, new=2, rejected=2)
    assert take_ratings(lakehouse, [folder], redactor, KEY, provenance) == Taken(known=1)
    assert stored(lakehouse, "ratings", "rating") == [4.0, 4.0]
    assert stored(lakehouse, "rejections", "reason") == ["rating_value", "repeated"]
