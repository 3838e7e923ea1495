"""Passages follow their documents: cut once, embedded once, and gone when the document is another."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import numpy
import pytest

from conf import load_settings
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.read import current_version, read
from lakehouse.write import append_missing
from pipelines.documents.chunks.cut import chunk_rows, newest_of_each_place
from pipelines.documents.chunks.embed import batches_of, embedded_rows, embedded_text
from pipelines.documents.chunks.step import Bench, Chunked, chunk_documents
from pipelines.models.encoder import MOST_TOKENS, embedded, encoder_digest, encoder_folder, encoder_tokens
from tests.lakehouse.rows import frame
from tests.pipelines.documents.rows import add_documents, add_duplicate

SETTINGS = load_settings("test", ["chunks.most_tokens=16", "chunks.overlap=0.0", "ray.actors=1"]).settings
OTTER = "# Otter\nThe otter is a tea urn. It holds nine litres of water.\n\nIts filter is rinsed every Monday."


def bench(embed: bool = False, *overrides: str) -> Bench:
    settings = load_settings("test", ["chunks.most_tokens=16", "ray.actors=1", *overrides]).settings
    return Bench(settings.chunks, settings.quality, settings.ray, embed)


def test_a_passage_is_read_as_the_encoder_reads_it() -> None:
    from transformers import AutoTokenizer

    [first, second] = rows = chunk_rows(
        [{"document_id": "d", "title": "Handbook", "text": OTTER, "cut_from": "c"}], SETTINGS.chunks
    )
    assert [one["text"] for one in rows] == [
        "The otter is a tea urn. It holds nine litres of water.",
        "Its filter is rinsed every Monday.",
    ]
    lengths = [len(AutoTokenizer.from_pretrained(encoder_folder()).tokenize(one["text"])) for one in rows]
    assert [one["tokens"] for one in rows] == lengths
    assert {one["heading"] for one in rows} == {"Handbook > Otter"} and first["section_id"] == second["section_id"]
    assert OTTER[first["starts_at"] : first["ends_at"]] == first["text"]
    assert len({one["chunk_id"] for one in rows}) == 2 and [one["position"] for one in rows] == [0, 1]


def test_a_vector_is_of_the_passage_below_as_much_of_its_headings_as_there_is_room_for() -> None:
    row: dict[str, Any] = {"chunk_id": "c", "heading": "Otter > Filter", "text": "Rinse it.", "tokens": 3}
    assert embedded_text(row, True) == "Otter > Filter\nRinse it." and embedded_text(row, False) == "Rinse it."
    long = row | {"heading": " > ".join(["word"] * 400)}
    said = embedded_text(long, True)
    assert said.endswith("word\nRinse it.") and len(encoder_tokens().encode(said).ids) <= MOST_TOKENS
    [made] = embedded_rows([row], True)
    assert numpy.allclose(made["embedding"], embedded(["Otter > Filter\nRinse it."])[0])
    assert made["encoder_digest"] == encoder_digest()
    batches = batches_of([row | {"chunk_id": name, "tokens": tokens} for name, tokens in (("b", 9), ("a", 2))], 1)
    assert [one.names for one in batches] == [("a",), ("b",)]


@pytest.mark.slow
def test_passages_are_cut_once_and_follow_what_becomes_of_their_document(
    lakehouse: Lakehouse, provenance: Provenance
) -> None:
    add_documents(lakehouse, {"a": OTTER, "b": "The heron is a bread oven."})
    add_documents(lakehouse, {"copy": "The heron is a bread oven."})
    add_duplicate(lakehouse, "copy", "b")
    assert chunk_documents(lakehouse, bench(), provenance) == Chunked(2, 3, 0, 0, 0, 3)
    version = current_version(lakehouse, "chunks")
    assert chunk_documents(lakehouse, bench(), provenance) == Chunked(2, 0, 0, 0, 0, 3)
    assert current_version(lakehouse, "chunks") == version

    changed = [
        row.asDict() | {"text_digest": "other", "text": "The heron is new."} for row in documents(lakehouse, "b")
    ]
    dropped = [row.asDict() | {"dropped_by": "gopher"} for row in documents(lakehouse, "a")]
    refresh = ("text", "text_digest", "dropped_by")
    append_missing(lakehouse, "documents", frame(lakehouse, "documents", [*changed, *dropped]), refresh=refresh)
    # one new passage of b, and neither its old one nor the two of a
    assert chunk_documents(lakehouse, bench(), provenance) == Chunked(1, 1, 0, 0, 3, 1)
    assert [row.text for row in read(lakehouse, "chunks").frame.collect()] == ["The heron is new."]
    # other settings cut anew
    assert chunk_documents(lakehouse, bench(False, "chunks.with_heading=false"), provenance).stale == 1


def documents(lakehouse: Lakehouse, name: str) -> list[Any]:
    return read(lakehouse, "documents").frame.where(f"document_id = '{name}'").collect()


def test_of_two_documents_in_one_place_the_later_one_counts(lakehouse: Lakehouse) -> None:
    places = "document_id string, source string, source_file string, source_part bigint, run_id string"
    rows = [
        ("old", "s", "f", 1, "r1"),
        ("new", "s", "f", 1, "r2"),
        ("next", "s", "f", 2, "r1"),
        ("x", "t", "f", 1, "?"),
    ]
    runs = [(f"r{day}", datetime(2026, 1, day, tzinfo=timezone.utc)) for day in (1, 2)]
    found = newest_of_each_place(
        lakehouse.spark.createDataFrame(rows, places),
        lakehouse.spark.createDataFrame(runs, "run_id string, started_at timestamp"),
    )
    assert sorted(row.document_id for row in found.collect()) == ["new", "next", "x"]


@pytest.mark.slow
def test_only_new_passages_are_embedded_and_stale_ones_go(lakehouse: Lakehouse, provenance: Provenance) -> None:
    add_documents(lakehouse, {"a": OTTER})
    assert chunk_documents(lakehouse, bench(), provenance) == Chunked(1, 2, 0, 0, 0, 2)
    add_documents(lakehouse, {"b": "The heron is a bread oven."})
    assert chunk_documents(lakehouse, bench(True), provenance) == Chunked(2, 1, 3, 0, 0, 0)
    rows = read(lakehouse, "chunks").frame.collect()
    assert {row.encoder_digest for row in rows} == {encoder_digest()}
    for row in rows:
        assert numpy.allclose(row.embedding, embedded([embedded_text(row.asDict(), True)])[0], atol=1e-5)
    assert not (lakehouse.place.home.staging / "chunks" / "manifest.json").exists()
    version = current_version(lakehouse, "chunks")
    assert chunk_documents(lakehouse, bench(True), provenance) == Chunked(2, 0, 0, 0, 0, 0)
    assert current_version(lakehouse, "chunks") == version
