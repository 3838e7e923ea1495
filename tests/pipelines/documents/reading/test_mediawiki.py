"""Every page of a dump comes through: articles as text, others with the reason why not; XML that attacks is refused."""

from __future__ import annotations

import bz2
import tracemalloc
from pathlib import Path

import pytest

from conf import Resolved
from pipelines.documents.reading import read
from pipelines.documents.reading.wikitext import Words, article_text
from pipelines.files import File
from tests.pipelines.documents.reading.came import reasons
from tests.pipelines.documents.reading.conftest import Parse

SITE = """<siteinfo><base>https://a.example/wiki/Main_Page</base><namespaces>
<namespace key="0" /><namespace key="6">Datei</namespace><namespace key="14">Kategorie</namespace></namespaces>
</siteinfo>"""


def page(text: str, title: str = "Otter (bike)", namespace: int = 0, more: str = "", model: str = "wikitext") -> str:
    revision = f"<revision><id>9</id><timestamp>2020-01-01T00:00:00Z</timestamp><model>{model}</model>"
    held = f"<title>{title}</title><ns>{namespace}</ns><id>4</id>{more}"
    return f'<page>{held}{revision}<text xml:space="preserve">{text}</text></revision></page>'


def dump(*pages: str) -> bytes:
    schema = "http://www.mediawiki.org/xml/export-0.10/"
    return f'<mediawiki xmlns="{schema}" version="0.10">{SITE}{"".join(pages)}</mediawiki>'.encode()


def test_an_article_comes_with_what_is_known_of_it(parse: Parse) -> None:
    markup = "'''Otter''' is a [[cargo bike|bike]].[[Datei:a.jpg|mini|An [[otter]]]][[Kategorie:Bikes]] 1 &amp;lt; 2"
    (row,) = parse("a.xml.bz2", bz2.compress(dump(page(markup))), licence="CC-BY-SA-4.0")
    assert (row["title"], row["text"], row["licence"]) == ("Otter (bike)", "Otter is a bike. 1 < 2", "CC-BY-SA-4.0")
    assert row["extra"] == {
        "page_id": "4",
        "revision_id": "9",
        "date": "2020-01-01T00:00:00Z",
        "url": "https://a.example/wiki/Otter_(bike)",
    }


def test_every_page_is_a_row_or_a_refusal(parse: Parse) -> None:
    pages = [
        page("one"),
        page("#REDIRECT [[Otter]]", more='<redirect title="Otter" />'),
        page("talk", namespace=1),
        page("body {}", model="css"),
        page("word " * 300_000),
        page("{{only a template}}"),
        page("last"),
    ]
    expected = ["row", "redirect", "not_an_article", "not_wikitext", "too_large", "empty", "row"]
    assert reasons(parse("a.xml", dump(*pages), max_record_megabytes=1)) == expected


def test_of_many_revisions_the_last_one_counts(parse: Parse) -> None:
    two = page("old").replace("</page>", "<revision><id>10</id><text>new</text></revision></page>")
    (row,) = parse("a.xml", dump(two))
    assert (row["text"], row["extra"]["revision_id"]) == ("new", "10")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><mediawiki>&c;</mediawiki>', "entities"),
        (b"<html><body>a page</body></html>", "unknown_format"),
        (b"<mediawiki><page></mediawiki>", "broken_xml"),
        (b"<mediawiki>&undeclared;</mediawiki>", "broken_xml"),
        (b"<mediawiki a='" + b"a" * 3 * 2**20, "too_large"),
        (b"<mediawiki></mediawiki>", "empty"),
        (b"", "empty"),
    ],
)
def test_xml_that_is_no_dump_or_attacks_is_refused(parse: Parse, content: bytes, reason: str) -> None:
    assert reasons(parse("a.xml", content, max_record_megabytes=1)) == [reason]


def test_a_dump_that_breaks_off_keeps_what_came_before(parse: Parse) -> None:
    assert reasons(parse("a.xml", dump(page("one"), page("two"))[:-60])) == ["row", "broken_xml"]


def test_memory_is_bounded_by_a_page_and_not_by_the_dump(tmp_path: Path, resolved: Resolved) -> None:
    file = tmp_path / "a.xml.bz2"
    file.write_bytes(bz2.compress(dump(*[page("word " * 20_000, namespace=1)] * 300)))
    settings = resolved.settings.documents.model_copy(update={"max_expansion": 100_000})
    tracemalloc.start()
    count = sum(one.reason == "not_an_article" for one in read(File(str(file), file.name), settings))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 300
    assert peak < 8 * 2**20  # of 30 MB


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a<ref>b [[c]]</ref><ref name=x /> d<!-- e -->", "a d"),
        ("{{Infobox|a={{b|c}}}}\nText {{lang|de|Rad}} of {{convert|5|km|mi}}.", "Text Rad of 5 km."),
        ("== One ==\ntext\n=== Two ===\ntext\n== Empty ==\n=== Empty too ===\n", "## One\n\ntext\n\n### Two\n\ntext"),
        ("* a\n* b\n# c", "- a\n- b\n1. c"),
        (
            "{|\n|+ Prices\n! model !! price\n|-\n| [[Otter|O]] || 35\n|}",
            "Prices\n| model | price |\n| --- | --- |\n| O | 35 |",
        ),
        ("[https://a.example a page], [https://b.example] https://c.example", "a page,  https://c.example"),
        (
            "<nowiki>[[a]] {{b}}</nowiki> [[:Category:Bikes]] [[File:a.jpg|thumb|''x'' [[y]]]]",
            "[[a]] {{b}} Category:Bikes",
        ),
        ("was ({{IPA|x}}; ) __TOC__ here &ndash; there", "was  here – there"),
        ("<math>x^2</math> is <b>''bold''</b> and<br />broken", " is bold and\nbroken".strip()),
        ("'' unclosed [[link and {{template <ref>", None),
    ],
)
def test_markup_becomes_what_a_reader_sees(markup: str, text: str | None) -> None:
    seen = article_text(markup, Words())
    assert seen == text if text is not None else "unclosed" in seen
