"""Bytes become text by what says so, by UTF-8, by what is declared or by a careful guess; else they are refused."""

from __future__ import annotations

import os
from random import Random

import pytest

from tests.pipelines.documents.reading.came import reasons
from tests.pipelines.documents.reading.conftest import Parse

GERMAN = "Die Öffnungszeiten der Werkstätte sind täglich von neun bis fünf, außer an Feiertagen."
RUSSIAN = "Велосипедная мастерская открыта каждый день с девяти до пяти, кроме воскресенья."
JAPANESE = "自転車の修理工場は毎日九時から五時まで開いています。日曜日と祝日は休みです。"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(parse: Parse, codec: str) -> None:
    (row,) = parse("a.txt", GERMAN.encode(codec))
    assert row["text"] == GERMAN
    assert row["extra"] == ({} if codec == "utf-8-sig" else {"charset": codec, "charset_from": "mark"})


@pytest.mark.parametrize(("text", "codec"), [(GERMAN, "cp1252"), (RUSSIAN, "cp1251"), (JAPANESE, "shift_jis")])
def test_what_declares_nothing_is_guessed_and_the_guess_is_told(parse: Parse, text: str, codec: str) -> None:
    (row,) = parse("a.txt", text.encode(codec))
    assert (row["text"], row["extra"]["charset_from"]) == (text, "guessed")
    assert text.encode(row["extra"]["charset"]) == text.encode(codec)


def test_nothing_is_guessed_where_the_settings_forbid_it(parse: Parse) -> None:
    assert reasons(parse("a.txt", GERMAN.encode("cp1252"), guess_encoding=False)) == ["not_utf8"]


def test_utf8_with_a_broken_byte_is_refused_and_not_read_as_something_else(parse: Parse) -> None:
    broken = GERMAN.encode().replace("ß".encode(), b"\xdf")
    assert len(broken) == len(GERMAN.encode()) - 1
    assert reasons(parse("a.txt", broken)) == ["not_utf8"]
    assert reasons(parse("a.txt", GERMAN.encode("utf-16")[:-1])) == ["broken_encoding"]


def test_a_page_is_read_by_the_charset_that_it_declares(parse: Parse) -> None:
    page = f"<html><head><meta charset=windows-1251></head><body><p>{RUSSIAN}</p></body></html>"
    (row,) = parse("a.html", page.encode("cp1251"), guess_encoding=False)
    assert (row["text"], row["extra"]) == (RUSSIAN, {"charset": "cp1251", "charset_from": "declared"})


def test_a_page_that_lies_about_its_charset_is_read_as_the_utf8_that_it_is(parse: Parse) -> None:
    page = f"<html><head><meta charset=iso-8859-1></head><body><p>{GERMAN}</p></body></html>"
    (row,) = parse("a.html", page.encode())
    assert (row["text"], row["extra"]) == (GERMAN, {})


@pytest.mark.parametrize("content", [b"%PDF-1.7\0\0stream", Random(7).randbytes(5000), GERMAN.encode("utf-16-le")])
def test_what_is_no_text_is_refused_as_such(parse: Parse, content: bytes) -> None:
    assert reasons(parse("a.txt", content)) == ["binary"]


def test_unicode_that_was_decoded_wrongly_is_mended_and_no_language_is_made_plainer(parse: Parse) -> None:
    wrong = GERMAN.encode().decode("cp1252")
    assert wrong != GERMAN
    kept = "“Größe” ，ｱ &lt;b&gt; it’s"
    (row,) = parse("a.txt", f"{wrong}\r\n{kept}\x07 of\ufb01ce e\u0301{os.linesep}".encode())
    assert row["text"] == f"{GERMAN}\n{kept} office é"
    (row,) = parse("a.txt", wrong.encode(), repair_unicode=False)
    assert row["text"] == wrong
