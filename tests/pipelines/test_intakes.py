"""What was taken is not read again: until it changes, the settings change, or the table is another one."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from conf import PromptsSettings, Resolved
from lakehouse.intakes import Reading
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.read import current_version
from lakehouse.rim import step_run
from pipelines.files import File, NothingToTake, SameName, files_under, look_under
from pipelines.pieces import Piece
from pipelines.prompts.take import reading_of, take_requests
from pipelines.redaction import Redactor
from pipelines.taking import Taken, nothing_new, take_files
from tests.lakehouse.rows import RATING, stored

Take = Callable[..., Taken]


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Two logs of two requests each, one of which is broken."""
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "1.jsonl").write_text(line("a") + line("b"))
    (folder / "2.jsonl").write_text(line("c") + "broken\n")
    return folder


@pytest.fixture
def take(lakehouse: Lakehouse, resolved: Resolved, provenance: Provenance, logs: Path) -> Take:
    redactor = Redactor(resolved.settings.redaction)

    def call(settings: PromptsSettings = resolved.settings.prompts) -> Taken:
        return take_requests(lakehouse, [logs], settings, redactor, SecretStr("key"), provenance)

    return call


def line(name: str) -> str:
    return json.dumps({"id": name, "messages": [{"role": "user", "content": "How much?"}]}) + "\n"


def test_an_unchanged_file_is_not_read_again_and_one_that_grew_adds_what_is_new(
    take: Take, lakehouse: Lakehouse, logs: Path
) -> None:
    assert take() == Taken(files=2, pieces=4, rows=3, new=3, rejected=1)
    versions = {name: current_version(lakehouse, name) for name in lakehouse.place.local_tables()}
    assert {"requests", "rejections", "intakes", "runs"} <= versions.keys()
    assert take() == Taken(known=2)
    assert {name: current_version(lakehouse, name) for name in versions} == versions
    with (logs / "1.jsonl").open("a") as log:
        log.write(line("d"))
    assert take() == Taken(files=1, pieces=3, rows=3, new=1, known=1)
    assert stored(lakehouse, "intakes", "pieces") == [2, 2, 3]
    assert stored(lakehouse, "intakes", "rejected") == [0, 0, 1]


@pytest.mark.slow
def test_everything_is_read_again_for_a_table_that_was_made_anew(take: Take, lakehouse: Lakehouse) -> None:
    take()
    shutil.rmtree(lakehouse.place.folder("requests"))
    lakehouse.fitting.clear()
    assert take() == Taken(files=2, pieces=4, rows=3, new=3, rejected=1)
    assert take() == Taken(known=2)


def test_only_settings_that_decide_what_becomes_of_a_file_make_it_new(take: Take, resolved: Resolved) -> None:
    take()
    settings = resolved.settings.prompts
    assert take(settings.model_copy(update={"max_characters": 5})).rejected == 4
    assert take(settings) == Taken(known=2)


def test_whether_anything_is_new_is_known_without_a_session(
    take: Take, lakehouse: Lakehouse, resolved: Resolved, logs: Path
) -> None:
    reading = reading_of(resolved.settings.prompts, resolved.settings.redaction)
    assert nothing_new(reading, look_under([logs]), lakehouse.place) is None
    take()
    assert nothing_new(reading, look_under([logs]), lakehouse.place) == Taken(known=2)
    (logs / "3.jsonl").write_text(line("e"))
    assert nothing_new(reading, look_under([logs]), lakehouse.place) is None


def growing(file: File) -> Iterator[Piece]:
    """A parse during which somebody goes on writing."""
    with Path(file.path).open("a") as log:
        log.write("more\n")
    yield RATING | {"rating_id": file.name, "source_file": file.name, "source_line": 1}


def test_a_file_that_changes_while_it_is_read_is_read_again(
    lakehouse: Lakehouse, provenance: Provenance, logs: Path
) -> None:
    with step_run(lakehouse, "example", provenance) as run:
        assert take_files(run, Reading("example", "ratings", "none"), files_under([logs]), growing).new == 2
    assert stored(lakehouse, "ratings", "rating_id") == ["1.jsonl", "2.jsonl"]
    assert not lakehouse.exists("intakes")


def test_what_is_hidden_or_leads_nowhere_is_counted(logs: Path) -> None:
    (logs / ".part").write_text("x")
    (logs / ".git").mkdir()
    (logs / ".git" / "a").write_text("x")
    os.symlink(logs / "gone", logs / "dangling")
    found = look_under([logs])
    assert ([file.name for file in found.files], found.passed_over) == (["1.jsonl", "2.jsonl"], 3)


def test_a_path_that_leads_nowhere_is_an_error_beside_one_that_does_not(logs: Path) -> None:
    with pytest.raises(NothingToTake, match="typo, and there is nothing"):
        files_under([logs, logs / "typo"])


def test_two_files_may_not_go_by_one_name(logs: Path, tmp_path: Path) -> None:
    shutil.copytree(logs, tmp_path / "other")
    with pytest.raises(SameName, match="called 1.jsonl, 2.jsonl. Name the folder above"):
        files_under([logs, tmp_path / "other"])
