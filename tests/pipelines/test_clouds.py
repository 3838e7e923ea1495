"""Files in stores come under their names and are known by what the store says of them; here the store is this disk."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from conf import Resolved
from pipelines.documents.take import Collection, parse_file
from pipelines.files import File, NothingToTake, arrival_of, look_under, open_plain, size_of
from pipelines.redaction import Redactor
from tests.pipelines.documents.reading.came import reasons


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    (folder / "deep er").mkdir(parents=True)
    (folder / "deep er" / "ü.txt.gz").write_bytes(gzip.compress(b"Discs stop."))
    (folder / "a.md").write_text("# Rims\nRims wear.")
    (folder / ".hidden").write_text("x")
    return folder


def test_files_below_an_address_come_in_a_fixed_order_under_their_names(store: Path, resolved: Resolved) -> None:
    found = look_under([store.as_uri()])
    assert [file.name for file in found.files] == ["a.md", "deep er/ü.txt.gz"]
    assert found.passed_over == 1
    assert all(file.path.startswith("file://") for file in found.files)
    settings = resolved.settings
    redactor = Redactor(settings.redaction)
    pieces = [one for file in found.files for one in parse_file(file, Collection("s"), settings.documents, redactor)]
    assert [piece["text"] for piece in pieces] == ["# Rims\nRims wear.", "Discs stop."]
    assert size_of(found.files[0]) == (store / "a.md").stat().st_size


def test_a_document_is_the_same_from_a_store_and_from_a_folder(store: Path, resolved: Resolved) -> None:
    settings = resolved.settings
    redactor = Redactor(settings.redaction)

    def ids(path: str | Path) -> list[str]:
        files = look_under([path]).files
        parsed = [one for file in files for one in parse_file(file, Collection("s"), settings.documents, redactor)]
        return [piece["document_id"] for piece in parsed]

    assert ids(store.as_uri()) == ids(store)
    assert len(set(ids(store))) == 2


def test_a_file_that_a_store_says_was_changed_is_new(store: Path) -> None:
    (file,) = look_under([(store / "a.md").as_uri()]).files
    first = arrival_of(file)
    assert first is not None
    assert first == arrival_of(file)
    os.utime(store / "a.md", ns=(0, 1))
    assert arrival_of(file) != first
    (store / "a.md").unlink()
    assert arrival_of(file) is None


def test_an_address_that_leads_nowhere_says_so(store: Path) -> None:
    with pytest.raises(NothingToTake, match="cannot be listed"):
        look_under([f"{store.as_uri()}/nowhere"])
    with pytest.raises(NothingToTake, match="s3://bucket/folder"):
        look_under(["nosuch://bucket"])


def test_a_delta_table_in_a_store_is_no_folder_of_files(store: Path) -> None:
    (store / "_delta_log").mkdir()
    (store / "_delta_log" / "0.json").write_text("{}")
    with pytest.raises(NothingToTake, match="Delta table"):
        look_under([store.as_uri()])


def test_parquet_is_read_from_a_store(store: Path, resolved: Resolved) -> None:
    import pyarrow
    import pyarrow.parquet

    pyarrow.parquet.write_table(pyarrow.table({"text": ["one", "two"]}), store / "b.parquet")
    file = File(f"{store.as_uri()}/b.parquet", "b.parquet")
    settings = resolved.settings
    pieces = list(parse_file(file, Collection("s"), settings.documents, Redactor(settings.redaction)))
    assert reasons(pieces) == ["row", "row"]
    with open_plain(file) as stream:
        assert stream.read(4) == b"PAR1"
