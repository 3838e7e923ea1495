"""Records of JSON Lines, CSV, TSV and Parquet become documents by the column map; a broken one refuses itself."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pyarrow
import pyarrow.parquet
import pytest

from conf import Resolved
from tests.pipelines.documents.reading.came import reasons
from tests.pipelines.documents.reading.conftest import Parse

RECORD = {"id": "7", "headline": "Brakes", "story": "Discs stop.", "rights": "CC0-1.0", "link": "https://a.example/7"}


def lines(records: list[dict[str, object]]) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def separated(mark: str) -> Callable[[list[dict[str, object]]], bytes]:
    def written(records: list[dict[str, object]]) -> bytes:
        rows = [mark.join(records[0]), *(mark.join(map(str, record.values())) for record in records)]
        return "\n".join(rows).encode()

    return written


def columnar(records: list[dict[str, object]]) -> bytes:
    file = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(records), file, compression="none", write_page_checksum=True)
    return file.getvalue()


WRITING = {"jsonl": lines, "csv": separated(","), "tsv": separated("\t"), "parquet": columnar}


@pytest.mark.parametrize(("ending", "written"), WRITING.items())
def test_the_column_map_says_what_is_what(
    parse: Parse, resolved: Resolved, ending: str, written: Callable[[list[dict[str, object]]], bytes]
) -> None:
    columns = resolved.settings.documents.columns.model_copy(
        update={"text": ("story",), "title": ("headline",), "licence": ("rights",), "url": ("link",)}
    )
    bare = RECORD | {"id": "8", "rights": ""}
    first, second = parse(f"a.{ending}", written([RECORD, bare]), licence="MIT", columns=columns)
    assert (first["title"], first["text"], first["licence"]) == ("Brakes", "Discs stop.", "CC0-1.0")
    assert first["extra"]["url"] == "https://a.example/7"
    assert (first["extra"]["id"], second["extra"]["id"]) == ("7", "8")
    assert second["licence"] == "MIT"
    without_map = reasons(parse(f"a.{ending}", written([RECORD])))
    assert without_map == (["row"] if ending in ("csv", "tsv") else ["no_text"])


def test_a_record_with_an_id_stays_the_same_document_wherever_it_stands(parse: Parse) -> None:
    one, other = {"id": "a", "text": "one"}, {"id": "b", "text": "two"}
    first, second = parse("a.jsonl", lines([one, other]))
    moved = parse("export-of-tuesday.jsonl", lines([{"id": "c", "text": "new"}, other, one]))
    assert [moved[2]["document_id"], moved[1]["document_id"]] == [first["document_id"], second["document_id"]]
    (changed,) = parse("a.jsonl", lines([one | {"text": "one, changed"}]))
    assert changed["document_id"] != first["document_id"]
    without = [parse(name, lines([{"text": "one"}]))[0]["document_id"] for name in ("a.jsonl", "b.jsonl")]
    assert without[0] != without[1]


def test_a_broken_line_refuses_itself_and_the_others_come(parse: Parse) -> None:
    content = (
        b'{"text": "one", "author": "Ann", "pages": 3, "none": null}\n{"text": \n\n{"title": "no text"}\n[1]\n'
        b'{"text": "\xff"}\n{"text": "half \\ud83d"}\n{"body": "six"}\n{"text": " "}\n'
    )
    pieces = parse("a.jsonl", content)
    expected = ["row", "not_json", "no_text", "not_an_object", "not_utf8", "half_character", "row", "empty"]
    assert reasons(pieces) == expected
    assert pieces[0]["extra"] == {"author": "Ann", "pages": "3"}


def test_a_table_with_a_text_column_is_many_documents_and_without_one_it_is_one(parse: Parse) -> None:
    many = parse("many.csv", b'id,text\n1,first\n2,"second, \nover two lines"\n3\n4,fo"u"r\n')
    assert [getattr(one, "reason", None) or one["text"] for one in many[:3]] == [
        "first",
        "second, \nover two lines",
        "row_width",
    ]
    (one,) = parse("one.csv", b"model,price\nOtter,35\nHeron,28\n")
    assert one["text"] == "model,price\nOtter,35\nHeron,28"
    assert reasons(parse("twice.csv", b"text,text\na,b\n")) == ["repeated_column"]


def test_tables_in_other_encodings_are_read_and_say_so(parse: Parse) -> None:
    rows = "id,text\n" + "".join(f"{n},Die Öffnungszeiten für Fahrräder sind täglich geändert.\n" for n in range(5))
    marked = parse("a.csv", rows.encode("utf-16"))
    guessed = parse("b.csv", rows.encode("cp1252"))
    assert [one["text"] for one in marked] == [one["text"] for one in guessed]
    assert marked[0]["text"] == "Die Öffnungszeiten für Fahrräder sind täglich geändert."
    assert (marked[0]["extra"]["charset_from"], guessed[0]["extra"]["charset_from"]) == ("mark", "guessed")


def test_parquet_that_is_none_or_has_no_text_or_breaks_off_is_refused(parse: Parse) -> None:
    whole = columnar([{"text": "word " * 50, "id": number} for number in range(300)])
    assert reasons(parse("a.parquet", whole)) == ["row"] * 300
    assert reasons(parse("a.parquet", whole[:-20])) == ["broken_parquet"]
    assert reasons(parse("a.parquet", b"PAR1 and nothing more")) == ["broken_parquet"]
    assert reasons(parse("a.parquet", columnar([{"price": 3}]))) == ["no_text"]
    damaged = whole.replace(b"word word", b"sword wor", 1)
    assert damaged != whole
    assert reasons(parse("a.parquet", damaged)) == ["unreadable"]
