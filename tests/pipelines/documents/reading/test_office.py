"""PDF and DOCX give their text in its order; passwords, scans, bombs and broken parts are refused."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Sequence
from typing import Any

import docx
import pypdf
import pytest
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject

from lakehouse.faults import FAULT_VARIABLE
from pipelines.documents.reading.apart import reader_apart
from tests.pipelines.documents.reading.came import reasons
from tests.pipelines.documents.reading.conftest import Parse


def pdf(pages: Sequence[str], password: str | None = None) -> bytes:
    """A PDF with a line of text on each page."""
    writer = pypdf.PdfWriter()
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    for text in pages:
        page = writer.add_blank_page(300, 300)
        drawn = DecodedStreamObject()
        drawn.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode() if text else b"")
        page[NameObject("/Contents")] = writer._add_object(drawn)
        fonts = DictionaryObject({NameObject("/F1"): named})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    writer.add_metadata({"/Title": "Brakes"})
    if password:
        writer.encrypt(password)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def stalling_pdf(levels: int = 24) -> bytes:
    """A page that draws a form twice, which draws another one twice, and so on."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(300, 300)
    last, drawn = None, "BT /F1 12 Tf 20 200 Td (x) Tj ET"
    for _ in range(levels):
        form = DecodedStreamObject()
        form.set_data(drawn.encode())
        form.update(
            {
                NameObject("/Type"): NameObject("/XObject"),
                NameObject("/Subtype"): NameObject("/Form"),
                NameObject("/BBox"): ArrayObject([NumberObject(side) for side in (0, 0, 300, 300)]),
                NameObject("/Resources"): _drawing(last),
            }
        )
        last, drawn = writer._add_object(form), "/X Do " * 2
    content = DecodedStreamObject()
    content.set_data(drawn.encode())
    page[NameObject("/Contents")] = writer._add_object(content)
    page[NameObject("/Resources")] = _drawing(last)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _drawing(form: Any) -> DictionaryObject:
    return DictionaryObject({NameObject("/XObject"): DictionaryObject({NameObject("/X"): form} if form else {})})


def word(title: str = "") -> bytes:
    document = docx.Document()
    document.core_properties.title = title
    document.add_heading("Brakes", 1)
    document.add_paragraph("Discs stop.")
    table = document.add_table(2, 2)
    for place, text in enumerate(["model", "price", "Otter", "35"]):
        table.cell(place // 2, place % 2).text = text
    document.add_paragraph("one", style="List Bullet")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_the_pages_of_a_pdf_come_in_their_order(parse: Parse) -> None:
    (row,) = parse("a.pdf", pdf(["Discs stop.", "", "Rims wear."]))
    assert (row["title"], row["text"], row["extra"]) == ("Brakes", "Discs stop.\n\nRims wear.", {"pages": "3"})


def test_a_pdf_with_a_password_or_without_text_or_too_long_is_refused(parse: Parse) -> None:
    assert reasons(parse("a.pdf", pdf(["Discs stop."], password="secret"))) == ["password"]
    assert reasons(parse("a.pdf", pdf(["", ""]))) == ["no_text_layer"]
    assert reasons(parse("a.pdf", pdf(["a", "b"]), max_pages=1)) == ["too_many_pages"]
    assert reasons(parse("a.pdf", pdf(["Discs stop.", "Rims wear."]), max_characters=12)) == ["too_long"]


def test_a_pdf_that_crashes_its_reader_costs_itself(parse: Parse, monkeypatch: pytest.MonkeyPatch) -> None:
    reader_apart(os.getpid()).end()
    monkeypatch.setenv(FAULT_VARIABLE, "documents.read_apart:kill")
    assert reasons(parse("a.pdf", pdf(["Discs stop."]))) == ["crashes_reader"]
    monkeypatch.delenv(FAULT_VARIABLE)
    (row,) = parse("b.pdf", pdf(["Rims wear."]))
    assert row["text"] == "Rims wear."


def test_a_pdf_made_to_stall_its_reader_is_refused_in_time(parse: Parse) -> None:
    assert reasons(parse("a.pdf", stalling_pdf(), max_pdf_seconds=1)) == ["too_slow"]


def test_a_docx_keeps_headings_tables_and_lists_in_their_order(parse: Parse) -> None:
    (row,) = parse("a.docx", word())
    assert row["text"] == "# Brakes\n\nDiscs stop.\n\n| model | price |\n| Otter | 35 |\n\n- one"
    assert (row["title"], parse("a.docx", word("How to stop"))[0]["title"]) == ("Brakes", "How to stop")


def test_a_merged_cell_says_what_it_says_once(parse: Parse) -> None:
    document = docx.Document()
    table = document.add_table(1, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "both"
    table.cell(0, 2).text = "one"
    file = io.BytesIO()
    document.save(file)
    assert parse("a.docx", file.getvalue())[0]["text"] == "| both | one |"


def test_a_docx_that_is_a_bomb_or_locked_or_broken_is_refused(parse: Parse) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * 2**21)
    assert reasons(parse("a.docx", bomb.getvalue(), max_record_megabytes=1, max_expansion=10)) == ["bomb"]
    assert reasons(parse("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an encrypted package")) == ["password"]
    locked = word().replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
    assert reasons(parse("a.docx", locked)) == ["password"]
    assert reasons(parse("a.docx", word()[:-100])) == ["broken_docx"]
    assert reasons(parse("a.docx", bomb.getvalue())) == ["broken_docx"]
