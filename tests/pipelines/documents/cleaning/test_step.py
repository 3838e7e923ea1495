"""The step: only what is not cleaned yet is cleaned, other settings begin with the text as it was taken in."""

from __future__ import annotations

from typing import Any

from conf import load_settings
from lakehouse.asking import duckdb_asker
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.read import current_version, read
from lakehouse.write import append_missing
from pipelines.documents.cleaning.funnel import funnel_of
from pipelines.documents.cleaning.funnel_tokens import token_counts
from pipelines.documents.cleaning.step import Cleaned, clean_documents
from tests.lakehouse.rows import DOCUMENT, frame, stored

GOOD = (
    "The handbook says that you can have the bicycle back with us at noon and that it is to be clean. "
    "Bring it to the shop with the key. We will be there to have a look at it with you, and that is all. "
    "Nobody has to be there in person, and the day ends at six in the evening."
)
PAGE = f"Home\n{GOOD}\n\nUse of cookies on this page is described here for you.\n{GOOD}"


def taken(lakehouse: Lakehouse, **texts: str) -> None:
    rows = [DOCUMENT | {"document_id": name, "text": text, "characters": len(text)} for name, text in texts.items()]
    append_missing(lakehouse, "documents", frame(lakehouse, "documents", rows))


def clean(lakehouse: Lakehouse, provenance: Provenance, *overrides: str) -> Cleaned:
    settings = load_settings("test", overrides).settings
    return clean_documents(lakehouse, settings.cleaning, settings.tracking, provenance)


def documents(lakehouse: Lakehouse) -> dict[str, Any]:
    return {row.document_id: row for row in read(lakehouse, "documents").frame.collect()}


def test_documents_are_cleaned_once_and_again_under_other_settings(
    lakehouse: Lakehouse, provenance: Provenance
) -> None:
    taken(lakehouse, good=GOOD, page=PAGE, short="The Otter is a tea urn.")
    lenient = "cleaning.repetition.most_duplicate_line_characters=null", "cleaning.repetition.most_top_2_gram=null"
    asked = (*lenient, *(f"cleaning.repetition.most_duplicate_{size}_grams=null" for size in range(5, 11)))
    first = clean(lakehouse, provenance, *asked)
    assert (first.documents, first.dropped, first.shortened, first.known) == (3, 1, 1, 0)
    rows = documents(lakehouse)
    assert {name: row.dropped_by for name, row in rows.items()} == {
        "good": None,
        "page": None,
        "short": "words.least_words",
    }
    assert (rows["page"].text, rows["page"].text_as_taken, rows["page"].characters) == (GOOD, PAGE, len(GOOD))
    assert rows["page"].text_digest == rows["good"].text_digest  # so that exact duplicates are found
    assert (rows["good"].language, rows["good"].text_as_taken) == ("en", None)
    assert rows["page"].measures["lines_removed"] == 3  # the title, the notice, and the repeat

    before = current_version(lakehouse, "documents"), stored(lakehouse, "runs", "run_id")
    again = clean(lakehouse, provenance, *asked)
    assert (again.documents, again.known) == (0, 3)
    assert (current_version(lakehouse, "documents"), stored(lakehouse, "runs", "run_id")) == before

    taken(lakehouse, late="Too short as well.")
    assert clean(lakehouse, provenance, *asked).documents == 1  # only the one that came

    strict = clean(lakehouse, provenance)  # the papers' settings: the page's second half is a repeat
    assert (strict.documents, strict.dropped) == (4, 3)
    page = documents(lakehouse)["page"]
    assert (page.dropped_by, page.text, page.text_as_taken) == (
        "repetition.most_duplicate_line_characters",
        PAGE,
        None,
    )

    funnel = funnel_of(duckdb_asker(lakehouse.place))
    figures = {(one.stage, one.reason): (one.documents, one.words) for one in funnel.stages}
    words = len(GOOD.split())
    assert figures == {
        ("found", "all"): (4, 3 * words + 1 + 10 + 6 + 4),
        ("dropped", "words.least_words"): (2, 6 + 4),
        ("dropped", "repetition.most_duplicate_line_characters"): (1, 2 * words + 1 + 10),
        ("stayed", "all"): (1, words),
    }
    rows_of_last = read(lakehouse, "funnels").frame.where(f"funnel_id = '{funnel.funnel_id}'")
    assert rows_of_last.count() == len(figures)
    assert len(set(stored(lakehouse, "funnels", "funnel_id"))) == 3


def test_tokens_are_counted_by_the_tokenizer_that_is_named(
    lakehouse: Lakehouse, provenance: Provenance, tmp_path: Any
) -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    words = Tokenizer(WordLevel({"?": 0}, unk_token="?"))
    words.pre_tokenizer = Whitespace()  # type: ignore[assignment]
    words.save(str(tmp_path / "tokenizer.json"))
    taken(lakehouse, page=f"Home\n{GOOD}", short="Hello, Otter")
    clean(lakehouse, provenance)
    found = funnel_of(duckdb_asker(lakehouse.place), counts=token_counts(lakehouse, tmp_path))
    marks = sum(GOOD.count(mark) for mark in ".,")  # each is a token of its own
    tokens = len(GOOD.split()) + marks
    assert {one.stage: one.tokens for one in found.stages} == {
        "found": tokens + 1 + 3,
        "dropped": 3,
        "lines": 1,
        "stayed": tokens,
    }
