"""A logged request becomes a row, whatever shape its log has; what has the wrong type is refused by name."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from conf import Resolved
from lakehouse.rejections import Rejection
from lakehouse.subjects import pseudonym
from pipelines.files import File
from pipelines.pieces import Piece
from pipelines.prompts.guard import Guard
from pipelines.prompts.openai_log import request_fields
from pipelines.prompts.take import parse_file
from pipelines.redaction import Redactor
from pipelines.unfit import Unfit

KEY = SecretStr("key")
ASKED = {"id": "r-1", "model": "small", "messages": [{"role": "user", "content": "How much?"}]}


def parse(resolved: Resolved, folder: Path, *lines: Any, **changes: int) -> list[Piece]:
    text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    (folder / "log.jsonl").write_text("\n".join(text) + "\n")
    settings = resolved.settings.prompts.model_copy(update=changes)
    file = File(str(folder / "log.jsonl"), "log.jsonl")
    return list(parse_file(file, Guard(settings, Redactor(resolved.settings.redaction), KEY)))


def test_request_and_response_may_lie_side_by_side_or_nested() -> None:
    choices = [{"message": {"role": "assistant", "content": "35 a day"}}]
    flat = request_fields({**ASKED, "choices": choices, "created": 0})
    nested = request_fields({"id": "r-1", "request": ASKED, "response": {"choices": choices}, "created": 0})
    assert flat == nested
    assert (flat["response"], flat["asked_at"]) == ("35 a day", datetime(1970, 1, 1, tzinfo=timezone.utc))


def test_the_same_id_is_the_same_request_and_without_one_the_content_decides() -> None:
    changed = {**ASKED, "model": "other"}
    assert request_fields(ASKED)["request_id"] == request_fields(changed)["request_id"]
    nameless = [{name: value for name, value in one.items() if name != "id"} for one in (ASKED, changed)]
    assert request_fields(nameless[0])["request_id"] != request_fields(nameless[1])["request_id"]


def test_fields_that_we_do_not_know_are_kept_as_text() -> None:
    fields = request_fields({**ASKED, "tier": {"name": "gold"}, "metadata": {"workload": "facts", "shop": "Calatayud"}})
    assert fields["workload"] == "facts"
    assert fields["extra"] == {"id": "r-1", "tier": '{"name": "gold"}', "metadata.shop": "Calatayud"}


def test_sampling_parameters_are_kept_too() -> None:
    fields = request_fields({"id": "r-1", "request": {**ASKED, "temperature": 0.7}})
    assert fields["extra"] == {"id": "r-1", "request.temperature": "0.7"}


def test_text_parts_are_joined() -> None:
    parts = [{"type": "text", "text": "What is this?"}, {"type": "text", "text": "A bell?"}]
    fields = request_fields({"messages": [{"role": "user", "content": parts}]})
    assert fields["messages"] == [{"role": "user", "content": "What is this?\nA bell?"}]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"messages": "hello"}, "messages_type"),
        ({"messages": [{"role": "king", "content": "hello"}]}, "message_form"),
        ({"messages": [{"role": "user", "content": 7}]}, "content_type"),
        ({"messages": [{"role": "user", "content": "  "}]}, "empty"),
        ({"messages": []}, "empty"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]}, "unsupported_part"),
        ({"created": "yesterday"}, "created_type"),
        ({"created": 1e30}, "created_value"),
        ({"metadata": "x"}, "metadata_type"),
        ({"metadata": {"feedback": "meh"}}, "feedback_value"),
        ({"choices": {"message": "x"}}, "choices_type"),
        ({"user": ["anna"]}, "user_type"),
    ],
)
def test_a_changed_type_is_refused_by_name(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(Unfit) as told:
        request_fields({**ASKED, **change})
    assert told.value.reason == reason


def test_each_bad_line_is_refused_where_it_stands(resolved: Resolved, tmp_path: Path) -> None:
    pieces = parse(resolved, tmp_path, ASKED, "{", "", "[1]", "[" * 100_000, {**ASKED, "messages": 1})
    assert [piece.reason if isinstance(piece, Rejection) else piece["source_line"] for piece in pieces] == [
        1,
        "not_json",
        "not_an_object",
        "too_deep",
        "messages_type",
    ]
    assert [piece.entity_id for piece in pieces[1:]] == [f"log.jsonl:{line}" for line in (2, 4, 5, 6)]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_json_file_may_be_a_list_one_record_or_lines_after_all(
    indent: int | None, resolved: Resolved, tmp_path: Path
) -> None:
    guard, file = Guard(resolved.settings.prompts, Redactor(resolved.settings.redaction), KEY), tmp_path / "log.json"
    told = {
        json.dumps([ASKED, 7, {**ASKED, "id": "r-2"}], indent=indent): [1, "not_an_object", 3],
        json.dumps(ASKED, indent=indent): [1],
        json.dumps(ASKED) + "\n{\n": [1, "not_json"],
    }
    for text, expected in told.items():
        file.write_text(text)
        pieces = list(parse_file(File(str(file), file.name), guard))
        assert [one.reason if isinstance(one, Rejection) else one["source_line"] for one in pieces] == expected


@pytest.mark.parametrize(
    ("line", "reason"), [('{"id": "\\udc00"}', "half_character"), ('{"id": ' + "9" * 5000 + "}", "not_json")]
)
def test_what_python_cannot_hold_costs_its_own_line(line: str, reason: str, resolved: Resolved, tmp_path: Path) -> None:
    refused, row = parse(resolved, tmp_path, line, ASKED)
    assert isinstance(refused, Rejection)
    assert (refused.reason, row["source_line"]) == (reason, 2)


def test_an_endless_line_is_skipped_and_the_next_one_read(resolved: Resolved, tmp_path: Path) -> None:
    endless = json.dumps({**ASKED, "messages": [{"role": "user", "content": "x" * 2**21}]})
    pieces = parse(resolved, tmp_path, endless, {**ASKED, "id": "r-2"}, max_line_megabytes=1)
    assert isinstance(pieces[0], Rejection)
    assert pieces[0].reason == "too_long"
    assert pieces[1]["source_line"] == 2


def test_nobody_is_named_in_what_leaves_the_parser(resolved: Resolved, tmp_path: Path) -> None:
    record = {
        **ASKED,
        "user": "anna@web.de",
        "messages": [{"role": "user", "content": "I am anna@web.de"}],
        "choices": [{"message": {"content": "Hello anna@web.de, or ben@web.de?"}}],
        "reply_to": "ben@web.de",
    }
    (row,) = parse(resolved, tmp_path, record)
    assert row["subject_id"] == pseudonym(KEY, "anna@web.de")
    assert row["messages"] == [{"role": "user", "content": "I am [EMAIL_1]"}]
    assert row["response"] == "Hello [EMAIL_1], or [EMAIL_2]?"
    assert row["extra"] == {"id": "r-1", "reply_to": "[EMAIL_2]"}
    assert "web.de" not in str(row)


def test_a_refused_request_belongs_to_its_person(resolved: Resolved, tmp_path: Path) -> None:
    (refused,) = parse(resolved, tmp_path, {**ASKED, "user": "anna"}, max_characters=3)
    assert isinstance(refused, Rejection)
    assert (refused.reason, refused.subject_id) == ("too_long", pseudonym(KEY, "anna"))
