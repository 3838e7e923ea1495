"""A page gives its main content, its headings and its tables; layout is no table, and its licence comes from a link."""

from __future__ import annotations

import pytest

from pipelines.documents.reading.licences import NoLicence, checked_licence, licence_of_link
from tests.pipelines.documents.reading.conftest import Parse

SENTENCE = "The Otter carries two children and a week of shopping, and has a motor for hills."


def page(body: str, head: str = "") -> bytes:
    return f"<html><head><title> Our\n page </title>{head}</head><body><p>{SENTENCE}</p>{body}</body></html>".encode()


def test_a_table_keeps_its_rows_and_its_head_where_it_stands(parse: Parse) -> None:
    table = """<table><caption>Prices</caption><thead><tr><th>model<th>a | b</tr></thead>
    <tr><td>Otter<style>td {color: red}</style><td><b>35</b><br>euros</tr><tr><td></td><td> </td></tr></table>"""
    (row,) = parse("a.html", page(f"<h2>Hire</h2>{table}<p>Paid by card.</p>"))
    assert row["title"] == "Our page"
    expected = (
        f"{SENTENCE}\n\n## Hire\n\nPrices\n| model | a \\| b |\n| --- | --- |\n| Otter | 35 euros |\n\nPaid by card."
    )
    assert row["text"] == expected


def test_a_table_that_lays_out_a_page_is_no_table_and_the_one_inside_is(parse: Parse) -> None:
    inner = "<table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table>"
    (row,) = parse(
        "a.html", page(f"<table><tr><td>left</td><td>{inner}</td></tr><tr><td>x</td><td>y</td></tr></table>")
    )
    assert "| a | 1 |\n| b | 2 |" in row["text"]
    assert "| left" not in row["text"]
    assert "left" in row["text"]


def test_navigation_made_of_a_table_is_left_out(parse: Parse) -> None:
    links = "<tr><td><a href=/a>Home</a></td><td><a href=/b>Shop</a></td></tr>" * 2
    (row,) = parse("a.html", page(f'<table class="nav">{links}</table><nav><table>{links}</table></nav>'))
    assert row["text"] == SENTENCE


def test_a_page_of_which_nothing_is_main_is_taken_as_a_whole(parse: Parse) -> None:
    (row,) = parse("a.html", b"<html><body><footer>Open from nine to five.</footer></body></html>")
    assert row["text"] == "Open from nine to five."


@pytest.mark.parametrize(
    ("address", "licence"),
    [
        ("https://creativecommons.org/licenses/by-sa/4.0/deed.de", "CC-BY-SA-4.0"),
        ("http://creativecommons.org/licenses/by-nc-nd/3.0/", "CC-BY-NC-ND-3.0"),
        ("//creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://a.example/licence", None),
    ],
)
def test_the_licence_that_a_page_links_to_is_its_licence(parse: Parse, address: str, licence: str | None) -> None:
    assert licence_of_link(address) == licence
    (row,) = parse("a.html", page("", f'<link rel="license" href="{address}">'), licence="MIT")
    assert row["licence"] == (licence or "MIT")


def test_a_licence_is_named_as_spdx_names_it() -> None:
    assert checked_licence("(MIT OR Apache-2.0) AND LicenseRef-Ours") == "(MIT OR Apache-2.0) AND LicenseRef-Ours"
    assert checked_licence(None) is None
    with pytest.raises(NoLicence, match="CC-BY-SA-4.0"):
        checked_licence("Creative Commons!")
