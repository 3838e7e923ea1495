"""Documents come in exactly once: what was taken is known, what is refused is counted, a licence may be said later."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from conf import Resolved
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from pipelines.documents.take import Collection, take_documents
from pipelines.redaction import Redactor
from pipelines.taking import Taken
from tests.lakehouse.rows import stored


def lines(*texts: str) -> str:
    return "".join(json.dumps({"id": text, "text": text}) + "\n" for text in texts)


@pytest.mark.slow
def test_a_folder_of_many_formats_comes_in_once_and_every_piece_is_accounted_for(
    lakehouse: Lakehouse, resolved: Resolved, provenance: Provenance, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.jsonl.gz").write_bytes(gzip.compress(lines("one", "two").encode() + b"broken\n"))
    (folder / "b.txt.gz").write_bytes(gzip.compress(b"breaks off" * 100)[:-9])
    (folder / "c.html").write_text("<p>three, by anna@web.de</p>")
    (folder / "d.bin").write_bytes(b"\0")
    (folder / "e.txt").touch()

    def take(licence: str | None = None, again: bool = False) -> Taken:
        redactor, settings = Redactor(resolved.settings.redaction), resolved.settings.documents
        collection = Collection("handbook", licence)
        return take_documents(lakehouse, [folder], collection, settings, redactor, provenance, again=again)

    assert take() == Taken(files=5, pieces=7, rows=3, new=3, rejected=4)
    assert stored(lakehouse, "documents", "text") == ["one", "three, by [EMAIL_1]", "two"]
    expected = ["empty", "not_json", "unknown_format", "unreadable"]
    assert stored(lakehouse, "rejections", "reason") == expected
    assert take() == Taken(known=5)
    (folder / "a.jsonl.gz").write_bytes(gzip.compress(lines("new", "two", "one").encode()))
    assert take() == Taken(files=1, pieces=3, rows=3, new=1, known=4)
    assert take(licence="CC-BY-4.0") == Taken(files=5, pieces=7, rows=4, new=0, rejected=3)
    assert stored(lakehouse, "documents", "licence") == ["CC-BY-4.0"] * 4
