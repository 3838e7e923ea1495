"""Each format gives up its text, or says why it does not; a broken piece refuses itself and nothing else."""

from __future__ import annotations

import gzip

import pytest

from tests.pipelines.documents.reading.came import reasons
from tests.pipelines.documents.reading.conftest import Parse

PAGE = """
<html><head><title>Otter</title><script>track()</script></head><body>
<nav><a href="/">Home</a> <a href="/a">Hire</a></nav>
<article><h1>Otter</h1><p>The Otter carries two children and a week of shopping, and has a motor for hills.</p>
<table><tr><td>a day</td><td>35</td></tr><tr><td>a<br>week</td><td>180</td></tr></table></article>
<footer>Imprint</footer></body></html>
"""


def test_plain_text_comes_as_it_is(parse: Parse) -> None:
    (row,) = parse("a.txt", "\ufeffÖffnung: 9 Uhr\n".encode())
    assert (row["text"], row["media_type"], row["source_part"], row["characters"]) == (
        "Öffnung: 9 Uhr",
        "text/plain",
        1,
        14,
    )


def test_the_first_heading_of_markdown_is_its_title(parse: Parse) -> None:
    (row,) = parse("a.md", b"intro\n# Brakes\n## Discs\n")
    assert row["title"] == "Brakes"


def test_a_page_gives_its_main_content_and_table_without_navigation(parse: Parse) -> None:
    (row,) = parse("a.html", PAGE.encode())
    assert row["title"] == "Otter"
    assert "carries two children" in row["text"]
    assert "# Otter\n" in row["text"]
    assert "| a day | 35 |\n| a week | 180 |" in row["text"]
    assert not {"Home", "Imprint", "track"} & set(row["text"].replace("()", "").split())


def test_a_broken_line_refuses_itself_and_the_others_come(parse: Parse) -> None:
    lines = b'{"text": "one", "author": "Ann", "pages": 3}\n{"text": \n\n{"title": "no text"}\n{"body": "four"}\n'
    pieces = parse("a.jsonl", lines)
    assert reasons(pieces) == ["row", "not_json", "no_text", "row"]
    assert pieces[0]["extra"] == {"author": "Ann", "pages": "3"}


def test_a_table_with_a_text_column_is_many_documents_and_without_one_it_is_one(parse: Parse) -> None:
    many = parse("many.csv", b"id,text\n1,first\n2,second\n")
    assert [row["text"] for row in many] == ["first", "second"]
    (one,) = parse("one.csv", b"model,price\nOtter,35\nHeron,28\n")
    assert one["text"] == "model,price\nOtter,35\nHeron,28"


def test_a_compressed_file_is_read_as_what_it_holds(parse: Parse) -> None:
    (row,) = parse("a.md.gz", gzip.compress(b"# Brakes"))
    assert (row["text"], row["media_type"]) == ("# Brakes", "text/markdown")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.pdf", b"%PDF-1.4 and nothing more", "broken_pdf"),
        ("a.txt", b"caf\xe9", "not_utf8"),
        ("a.txt", b" \n", "empty"),
        ("a.docx", b"PK", "broken_docx"),
        ("a.exe", b"MZ", "unknown_format"),
        ("a.txt", b"", "empty"),
        ("a.jsonl", b"", "empty"),
        ("a.txt", bytes(range(256)) * 4, "binary"),
        ("a.txt.gz", b"\x1f\x8b broken", "unreadable"),
        ("a.txt.gz", gzip.compress(b"text" * 1000, mtime=0)[:30], "unreadable"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(parse: Parse, name: str, content: bytes, reason: str) -> None:
    assert reasons(parse(name, content)) == [reason]


def test_limits_are_kept(parse: Parse) -> None:
    assert reasons(parse("a.txt", b"12345", max_characters=5)) == ["row"]
    assert reasons(parse("a.txt", b"123456", max_characters=5)) == ["too_long"]
    bomb = gzip.compress(b"0" * (2**20 + 1))
    assert reasons(parse("a.txt.gz", bomb, max_file_megabytes=1)) == ["too_large"]


def test_personal_data_is_replaced_before_anything_leaves_the_parser(parse: Parse) -> None:
    (row,) = parse("a.jsonl", b'{"text": "ask anna@web.de", "title": "anna@web.de", "by": "ben@web.de"}')
    assert (row["title"], row["text"], row["extra"]) == ("[EMAIL_1]", "ask [EMAIL_1]", {"by": "[EMAIL_2]"})
