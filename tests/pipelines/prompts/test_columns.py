"""Rows of CSV, TSV and Parquet become requests by the columns that the settings name; what is broken costs itself."""

from __future__ import annotations

import gzip
import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from conf import Resolved
from lakehouse.rejections import Rejection
from lakehouse.subjects import pseudonym
from pipelines.files import File
from pipelines.pieces import Piece
from pipelines.prompts.take import parse_file
from tests.pipelines.prompts.gate import KEY, guard_of

ALL = {name: name for name in ("prompt", "system", "response", "user", "workload", "feedback", "asked_at", "id")}
HEAD = ",".join([*ALL, "shop"])


def parse(resolved: Resolved, file: Path, columns: dict[str, str | None] | None = None, **changes: Any) -> list[Piece]:
    return list(parse_file(File(str(file), file.name), guard_of(resolved, columns, **changes)))


def written(folder: Path, name: str, text: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_every_mapped_column_goes_to_its_field_and_the_others_to_extra(resolved: Resolved, tmp_path: Path) -> None:
    row = '"How much, anna@web.de?","Be short.",35,anna,facts,up,2026-11-21T13:00:00+01:00,7,Hull'
    (piece,) = parse(resolved, written(tmp_path, "log.csv", f"{HEAD}\n{row}\n"), ALL)
    assert isinstance(piece, dict)
    assert piece["messages"] == [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": "How much, [EMAIL_1]?"},
    ]
    assert (piece["source"], piece["source_file"], piece["source_line"]) == ("columns", "log.csv", 2)
    assert (piece["response"], piece["workload"], piece["feedback"]) == ("35", "facts", "up")
    assert piece["subject_id"] == pseudonym(KEY, "anna")
    assert piece["asked_at"] == datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
    assert piece["extra"] == {"id": "7", "shop": "Hull"}


@pytest.mark.parametrize("name", ["log.csv", "log.tsv", "log.csv.gz"])
def test_the_ending_says_how_the_cells_are_told_apart(name: str, resolved: Resolved, tmp_path: Path) -> None:
    text = "prompt,shop\n\nHow?,Hull\n".replace(",", "\t" if ".tsv" in name else ",")
    file = written(tmp_path, name, gzip.compress(text.encode()) if name.endswith(".gz") else text)
    (piece,) = parse(resolved, file)
    assert isinstance(piece, dict)
    assert (piece["messages"][0]["content"], piece["extra"]) == ("How?", {"shop": "Hull"})


def test_a_conversation_is_json_in_csv_and_a_list_in_parquet(resolved: Resolved, tmp_path: Path) -> None:
    said = [{"role": "user", "content": "How?"}, {"role": "assistant", "content": "So."}]
    said.append({"role": "user", "content": "Why?"})
    columns = {"prompt": None, "messages": "talk"}
    cell = json.dumps(said).replace('"', '""')
    (from_csv,) = parse(resolved, written(tmp_path, "log.csv", f'talk\n"{cell}"\n'), columns)
    pyarrow.parquet.write_table(pyarrow.table({"talk": [said]}), tmp_path / "log.parquet")
    (from_parquet,) = parse(resolved, tmp_path / "log.parquet", columns)
    assert isinstance(from_csv, dict) and isinstance(from_parquet, dict)
    assert from_csv["messages"] == from_parquet["messages"] == said


def test_parquet_has_times_and_truths_of_its_own(resolved: Resolved, tmp_path: Path) -> None:
    asked = datetime(2026, 11, 21, 12)
    table = pyarrow.table({"prompt": ["How?"], "good": [False], "when": [asked], "score": [0.5]})
    pyarrow.parquet.write_table(table, tmp_path / "log.parquet")
    (piece,) = parse(resolved, tmp_path / "log.parquet", {"feedback": "good", "asked_at": "when"})
    assert isinstance(piece, dict)
    assert (piece["feedback"], piece["asked_at"]) == ("down", asked.replace(tzinfo=timezone.utc))
    assert piece["extra"] == {"score": "0.5"}


def test_a_missing_column_is_one_refusal_that_names_those_that_are_there(resolved: Resolved, tmp_path: Path) -> None:
    (refused,) = parse(resolved, written(tmp_path, "log.csv", "question,anna@web.de\na,b\nc,d\n"), {"user": "who"})
    assert isinstance(refused, Rejection)
    assert (refused.reason, refused.entity_id) == ("missing_column", "log.csv:1")
    assert "Expected the columns prompt, who (settings: prompts.columns), got question, [EMAIL_1]." in refused.detail


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a,b,c", "row_width"),
        ('"a"b,c', "not_csv"),
        (b"\xff,c", "not_utf8"),
        (" ,c", "empty"),
        ("a,meh", "feedback_value"),
        ("x" * 40000 + ",up", "too_long"),
    ],
)
def test_a_broken_row_is_refused_where_it_stands(
    row: str | bytes, reason: str, resolved: Resolved, tmp_path: Path
) -> None:
    middle = row if isinstance(row, bytes) else row.encode()
    file = written(tmp_path, "log.csv", b"prompt,thumb\nfirst,up\n" + middle + b"\nlast,up\n")
    pieces = parse(resolved, file, {"feedback": "thumb"}, max_line_megabytes=1)
    told = [piece.reason if isinstance(piece, Rejection) else piece["source_line"] for piece in pieces]
    assert told == [2, reason, 4]


def test_after_a_cell_without_end_the_file_is_not_read_on(resolved: Resolved, tmp_path: Path) -> None:
    file = written(tmp_path, "log.csv", 'prompt\nfirst\n"' + "x\n" * 2**20 + "prompt\n")
    pieces = parse(resolved, file, max_line_megabytes=1)
    told = [piece.reason if isinstance(piece, Rejection) else piece["source_line"] for piece in pieces]
    assert told == [2, "too_long"]


def test_half_a_character_is_refused_wherever_json_escapes_it(resolved: Resolved, tmp_path: Path) -> None:
    cell = json.dumps([{"role": "user", "content": "\ud800"}]).replace('"', '""')
    file = written(tmp_path, "log.csv", f'talk\n"{cell}"\n')
    (refused,) = parse(resolved, file, {"prompt": None, "messages": "talk"})
    assert isinstance(refused, Rejection)
    assert refused.reason == "half_character"


def test_a_changed_type_is_refused_by_name(resolved: Resolved, tmp_path: Path) -> None:
    table = pyarrow.table({"prompt": [7, 8], "user": ["anna", "ben"]})
    pyarrow.parquet.write_table(table, tmp_path / "log.parquet")
    pieces = parse(resolved, tmp_path / "log.parquet", {"user": "user"})
    assert [(piece.reason, piece.source_line) for piece in pieces if isinstance(piece, Rejection)] == [
        ("content_type", 1),
        ("content_type", 2),
    ]


def test_a_file_that_only_claims_to_be_parquet_is_one_refusal(resolved: Resolved, tmp_path: Path) -> None:
    (refused,) = parse(resolved, written(tmp_path, "log.parquet", "no"))
    assert isinstance(refused, Rejection)
    assert refused.reason == "unreadable"


def test_the_id_decides_what_is_the_same_request_and_without_one_the_whole_row(
    resolved: Resolved, tmp_path: Path
) -> None:
    file = written(tmp_path, "log.csv", "prompt,id\nHow?,1\nHow now?,1\n")
    by_id, by_row = parse(resolved, file, {"id": "id"}), parse(resolved, file)
    assert len({piece["request_id"] for piece in by_id if isinstance(piece, dict)}) == 1
    assert len({piece["request_id"] for piece in by_row if isinstance(piece, dict)}) == 2
