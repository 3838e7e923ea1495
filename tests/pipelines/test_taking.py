"""Taking files in is repeatable: a file that comes twice, whole or in part, adds no row and loses none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from conf import Resolved
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.read import current_version
from pipelines.files import NothingToTake, files_under
from pipelines.prompts.take import take_requests
from pipelines.redaction import Redactor
from pipelines.taking import Taken
from tests.lakehouse.rows import stored


def line(name: str, text: str = "How much?") -> str:
    return json.dumps({"id": name, "user": "anna", "messages": [{"role": "user", "content": text}]}) + "\n"


def take(lakehouse: Lakehouse, resolved: Resolved, provenance: Provenance, folder: Path, again: bool = False) -> Taken:
    redactor, settings = Redactor(resolved.settings.redaction), resolved.settings.prompts
    return take_requests(lakehouse, [folder], settings, redactor, SecretStr("key"), provenance, again=again)


def test_what_came_before_is_known_and_what_is_new_is_added(
    lakehouse: Lakehouse, resolved: Resolved, provenance: Provenance, tmp_path: Path
) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "1.jsonl").write_text(line("a") + "broken\n" + line("b") + line("a", "asked again under the same id"))
    first = take(lakehouse, resolved, provenance, logs)
    assert first == Taken(files=1, pieces=4, rows=2, new=2, rejected=2)
    version = current_version(lakehouse, "requests")
    again = take(lakehouse, resolved, provenance, logs, again=True)
    assert again == Taken(files=1, pieces=4, rows=2, new=0, rejected=2)
    assert current_version(lakehouse, "requests") == version
    (logs / "2.jsonl").write_text(line("b") + line("c"))
    third = take(lakehouse, resolved, provenance, logs)
    assert third == Taken(files=1, pieces=2, rows=2, new=1, known=1)
    assert len(stored(lakehouse, "requests", "request_id")) == 3
    assert stored(lakehouse, "rejections", "reason") == ["not_json", "repeated"]


def test_nothing_to_take_is_an_error_and_not_an_empty_success(tmp_path: Path) -> None:
    (tmp_path / ".hidden").write_text("x")
    with pytest.raises(NothingToTake, match="there are none"):
        files_under([tmp_path])


def test_files_come_in_a_fixed_order_under_their_own_names(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/1.txt", "a.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [file.name for file in files_under([tmp_path, tmp_path / "a.txt"])] == ["a.txt", "b/1.txt", "b/2.txt"]
