"""Every capture of a WARC or WET comes through, as a document or with the reason why not."""

from __future__ import annotations

import gzip
import zlib

import pytest

from tests.pipelines.documents.reading.came import reasons
from tests.pipelines.documents.reading.conftest import Parse
from tests.pipelines.documents.reading.test_office import pdf

SENTENCE = "Größere Räder rollen leichter über schlechte Straßen, und kleine beschleunigen schneller."
PAGE = f"<html><head><title>Räder</title></head><body><p>{SENTENCE}</p></body></html>"


def record(kind: str, block: bytes, address: str = "https://a.example/1", more: str = "") -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2024-05-18T01:58:10Z\r\n"
    if kind == "response":
        more += "Content-Type: application/http; msgtype=response\r\n"
    number = "WARC-Record-ID: <urn:uuid:2aabeff2-67f5-4608-8466-e87c6296e2b6>\r\n"
    return f"{head}{number}{more}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


def response(body: bytes, type: str = "text/html; charset=utf-8", more: str = "", status: str = "200 OK") -> bytes:
    return record("response", f"HTTP/1.1 {status}\r\nContent-Type: {type}\r\n{more}\r\n".encode() + body)


def test_pages_come_with_their_address_and_date_and_what_only_describes_them_is_passed_over(parse: Parse) -> None:
    archive = record("warcinfo", b"software: x\r\n") + record("request", b"GET / HTTP/1.1\r\n\r\n")
    archive += response(PAGE.encode()) + record("metadata", b"fetchTimeMs: 3\r\n")
    archive += response(b"plain words", "text/plain") + response(pdf(["Discs stop."]), "application/pdf")
    packed = b"".join(map(gzip.compress, [archive[:100], archive[100:]]))
    page, plain, paper = parse("a.warc.gz", packed)
    assert (page["title"], page["text"], page["media_type"]) == ("Räder", SENTENCE, "text/html")
    assert page["extra"] == {"url": "https://a.example/1", "date": "2024-05-18T01:58:10Z"}
    assert (plain["text"], plain["media_type"]) == ("plain words", "text/plain")
    assert (paper["text"], paper["media_type"]) == ("Discs stop.", "application/pdf")


def test_a_wet_is_text_already(parse: Parse) -> None:
    (row,) = parse("a.wet", record("conversion", SENTENCE.encode(), more="Content-Type: text/plain\r\n"))
    assert (row["text"], row["media_type"], row["extra"]["url"]) == (SENTENCE, "text/plain", "https://a.example/1")


@pytest.mark.parametrize(
    ("capture", "reason"),
    [
        (response(b"\x89PNG", "image/png"), "not_a_page"),
        (response(b"gone", status="404 Not Found"), "http_status"),
        (response(b"x" * (2**20 + 1), "text/plain"), "too_large"),
        (response(b"\x1b\x2f", more="Content-Encoding: br\r\n"), "content_encoding"),
        (response(gzip.compress(PAGE.encode())[:-9], more="Content-Encoding: gzip\r\n"), "broken_record"),
        (response(gzip.compress(b"a" * 2**21), more="Content-Encoding: gzip\r\n"), "too_large"),
        (response(b"5\r\nhe", more="Transfer-Encoding: chunked\r\n"), "broken_record"),
        (response(b"", more="X-Long: " + "x" * 2**17 + "\r\n"), "broken_record"),
        (record("resource", b"a.example has address 1.2.3.4", more="Content-Type: text/dns\r\n"), "not_a_page"),
        (record("revisit", b""), "revisit"),
        (record("nonsense", b"x"), "broken_record"),
    ],
)
def test_a_capture_that_is_no_page_refuses_itself_and_the_next_one_comes(
    parse: Parse, capture: bytes, reason: str
) -> None:
    assert reasons(parse("a.warc", capture + response(PAGE.encode()), max_record_megabytes=1)) == [reason, "row"]


def test_bodies_as_they_were_sent_are_put_together(parse: Parse) -> None:
    sent = PAGE.encode()
    chunks = b"%x;a=b\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (50, sent[:50], len(sent) - 50, sent[50:])
    archive = response(chunks, more="Transfer-Encoding: chunked\r\n")
    archive += response(gzip.compress(sent), more="Content-Encoding: gzip\r\n")
    archive += response(zlib.compress(sent), more="Content-Encoding: deflate\r\n")
    assert [row["text"] for row in parse("a.warc", archive)] == [SENTENCE] * 3


def test_an_archive_that_breaks_off_or_turns_to_noise_keeps_what_came_before(parse: Parse) -> None:
    two = response(PAGE.encode()) + response(PAGE.encode())
    assert reasons(parse("a.warc", two[:-60])) == ["row", "unreadable"]
    assert reasons(parse("a.warc.gz", gzip.compress(two[:500]) + gzip.compress(two[500:])[:-60])) == [
        "row",
        "unreadable",
    ]
    assert reasons(parse("a.warc", response(PAGE.encode()) + b"noise " * 100)) == ["row", "unreadable"]
    assert reasons(parse("a.warc", b"\0noise" * 100)) == ["unreadable"]


def test_an_archive_that_only_describes_pages_says_so(parse: Parse) -> None:
    assert reasons(parse("a.wat", record("metadata", b"{}"))) == ["no_pages"]
    assert reasons(parse("a.warc", b"")) == ["empty"]
