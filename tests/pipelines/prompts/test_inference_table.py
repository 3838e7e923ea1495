"""Databricks inference tables, in both of their forms: taken once for each version, refused payload by payload."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from conf import Resolved
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rejections import Rejection
from lakehouse.subjects import pseudonym
from pipelines.prompts.inference_table import NUMBER, NotAnInferenceTable, payload_piece
from pipelines.prompts.take import take_requests
from pipelines.redaction import Redactor
from pipelines.taking import Taken
from tests.lakehouse.rows import stored
from tests.pipelines.prompts.gate import KEY, guard_of

ASKED = {"messages": [{"role": "user", "content": "I am anna@web.de"}], "temperature": 0.5}
ANSWERED = {"choices": [{"message": {"role": "assistant", "content": "Hello anna@web.de"}}]}
COMMON = {
    "databricks_request_id": "d-1",
    "client_request_id": None,
    "status_code": 200,
    "sampling_fraction": 1.0,
    "request": json.dumps(ASKED),
    "response": json.dumps(ANSWERED),
}
LEGACY = COMMON | {"timestamp_ms": 1000, "execution_time_ms": 7, "request_metadata": '{"model_name":"m"}', NUMBER: 1}
GATEWAY = COMMON | {
    "request_time": datetime(1970, 1, 1, 0, 0, 1, tzinfo=timezone.utc),
    "requester": "anna@web.de",
    "served_entity_id": "e-1",
    NUMBER: 1,
}
LEGACY_SCHEMA = """databricks_request_id string, client_request_id string, date date, timestamp_ms bigint,
    status_code int, sampling_fraction double, execution_time_ms bigint, request string, response string,
    request_metadata map<string,string>"""


def test_both_forms_say_the_same_of_a_request(resolved: Resolved) -> None:
    legacy, gateway = (payload_piece(dict(row), "payload", guard_of(resolved)) for row in (LEGACY, GATEWAY))
    assert isinstance(legacy, dict) and isinstance(gateway, dict)
    for row in (legacy, gateway):
        assert (row["source"], row["messages"]) == ("databricks", [{"role": "user", "content": "I am [EMAIL_1]"}])
        assert (row["response"], row["asked_at"]) == ("Hello [EMAIL_1]", GATEWAY["request_time"])
    assert legacy["request_id"] == gateway["request_id"]
    assert (legacy["subject_id"], gateway["subject_id"]) == (None, pseudonym(KEY, "anna@web.de"))
    assert legacy["extra"]["request_metadata"] == '{"model_name":"m"}'
    assert gateway["extra"] == {
        "id": "d-1",
        "request.temperature": "0.5",
        "sampling_fraction": "1.0",
        "served_entity_id": "e-1",
    }


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status_code": 429}, "status"),
        ({"status_code": None}, "status"),
        ({"timestamp_ms": "soon"}, "timestamp_ms_type"),
        ({"request": '{"messages": [{"role": "user", "content": "\\ud800"}]}'}, "request_half_character"),
        ({"request": "{"}, "request_not_json"),
        ({"request": None}, "request_type"),
        ({"request": '{"inputs": [1]}'}, "inputs_type"),
        ({"response": "data: {}"}, "response_not_json"),
        ({"request": '{"messages": [{"role": "user", "content": 7}]}'}, "content_type"),
    ],
)
def test_a_payload_without_a_conversation_is_refused_under_its_own_id(
    change: dict[str, Any], reason: str, resolved: Resolved
) -> None:
    refused = payload_piece(LEGACY | change, "payload", guard_of(resolved))
    taken = payload_piece(dict(LEGACY), "payload", guard_of(resolved))
    assert isinstance(refused, Rejection) and isinstance(taken, dict)
    assert (refused.reason, refused.entity_id) == (reason, taken["request_id"])


@pytest.mark.slow
def test_a_folder_of_a_delta_table_is_read_once_for_each_version(
    lakehouse: Lakehouse, resolved: Resolved, provenance: Provenance, tmp_path: Path
) -> None:
    folder, redactor = tmp_path / "payload", Redactor(resolved.settings.redaction)

    def logged(statuses: dict[str, int]) -> None:
        rows = [LEGACY | {"databricks_request_id": name, "status_code": status} for name, status in statuses.items()]
        for row in rows:
            row |= {"date": None, "request_metadata": {"model_name": "m"}}
            del row[NUMBER]
        frame = lakehouse.spark.createDataFrame(rows, LEGACY_SCHEMA)
        frame.write.format("delta").mode("append").save(str(folder))

    def take() -> Taken:
        return take_requests(lakehouse, [folder], resolved.settings.prompts, redactor, KEY, provenance)

    logged({"d-1": 200, "d-2": 200})
    assert take() == Taken(files=1, pieces=2, rows=2, new=2)
    assert take() == Taken(known=1)
    logged({"d-3": 200, "d-4": 500})
    assert take() == Taken(files=1, pieces=4, rows=3, new=1, rejected=1)
    assert stored(lakehouse, "requests", "source_file") == ["payload"] * 3
    assert stored(lakehouse, "rejections", "reason") == ["status"]
    assert stored(lakehouse, "intakes", "pieces") == [2, 4]


def test_a_delta_table_of_something_else_is_an_error_that_names_its_columns(
    lakehouse: Lakehouse, resolved: Resolved, provenance: Provenance, tmp_path: Path
) -> None:
    lakehouse.spark.range(1).write.format("delta").save(str(tmp_path / "numbers"))
    redactor = Redactor(resolved.settings.redaction)
    with pytest.raises(NotAnInferenceTable, match="request, response are not there; it has id"):
        take_requests(lakehouse, [tmp_path / "numbers"], resolved.settings.prompts, redactor, KEY, provenance)
