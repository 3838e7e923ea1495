"""The step: only what is not cleaned yet is cleaned, other settings begin with the text as it was taken in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conf import load_settings
from lakehouse.asking import duckdb_asker
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.read import current_version, read
from lakehouse.write import append_missing
from pipelines.documents.cleaning.clean import cleaned
from pipelines.documents.cleaning.funnel import funnel_of
from pipelines.documents.cleaning.funnel_tokens import NoTokenizer, token_counts
from pipelines.documents.cleaning.step import Cleaned, clean_documents
from pipelines.documents.cleaning.word_lists import word_lists
from tests.lakehouse.rows import DOCUMENT, frame, stored
from tests.pipelines.documents.rows import add_documents, add_duplicate

GOOD = (
    "The handbook says that you can have the bicycle back with us at noon and that it is to be clean. "
    "Bring it to the shop with the key. We will be there to have a look at it with you, and that is all. "
    "Nobody has to be there in person, and the day ends at six in the evening."
)
NOTICE = "Use of cookies on this page is described here for you."
PAGE = f"Home\n{GOOD}\n\n{NOTICE}"
NOTICES = 1 + len(NOTICE.split())
"""Words of the page that say nothing."""


def taken(lakehouse: Lakehouse, **texts: str) -> None:
    rows = [DOCUMENT | {"document_id": name, "text": text, "characters": len(text)} for name, text in texts.items()]
    append_missing(lakehouse, "documents", frame(lakehouse, "documents", rows))


def clean(lakehouse: Lakehouse, provenance: Provenance, *overrides: str) -> Cleaned:
    settings = load_settings("test", overrides).settings
    return clean_documents(lakehouse, settings.cleaning, settings.tracking, provenance)


@pytest.mark.slow
def test_documents_are_cleaned_once_and_counted_where_they_left(lakehouse: Lakehouse, provenance: Provenance) -> None:
    taken(lakehouse, good=GOOD, page=PAGE, short="The Otter is a tea urn.")
    first = clean(lakehouse, provenance)
    assert (first.documents, first.dropped, first.shortened, first.known) == (3, 1, 1, 0)
    rows = {row.document_id: row for row in read(lakehouse, "documents").frame.collect()}
    dropped = {name: row.dropped_by for name, row in rows.items()}
    assert dropped == {"good": None, "page": None, "short": "words.least_words"}
    assert (rows["page"].text, rows["page"].text_as_taken, rows["page"].characters) == (GOOD, PAGE, len(GOOD))
    assert rows["page"].text_digest == rows["good"].text_digest  # so that exact duplicates are found
    assert (rows["good"].language, rows["good"].text_as_taken) == ("en", None)

    before = current_version(lakehouse, "documents"), stored(lakehouse, "runs", "run_id")
    again = clean(lakehouse, provenance)
    assert (again.documents, again.known) == (0, 3)
    assert (current_version(lakehouse, "documents"), stored(lakehouse, "runs", "run_id")) == before

    taken(lakehouse, late="Too short as well.")
    assert clean(lakehouse, provenance).documents == 1  # only the one that came

    funnel, words = funnel_of(duckdb_asker(lakehouse.place)), len(GOOD.split())
    assert {(one.stage, one.reason): (one.documents, one.words) for one in funnel.stages} == {
        ("found", "all"): (4, 2 * words + NOTICES + 6 + 4),
        ("dropped", "words.least_words"): (2, 6 + 4),
        ("lines", "all"): (0, NOTICES),
        ("stayed", "all"): (2, 2 * words),
    }
    assert funnel.funnel_id in stored(lakehouse, "funnels", "funnel_id")


def test_tokens_are_counted_of_the_text_as_it_was_taken_in_and_as_it_is(lakehouse: Lakehouse, tmp_path: Path) -> None:
    cleaned_already = {"cleaned_with": "present", "measures": {"words": 2.0, "words_left": 1.0}}
    rows = [
        {"document_id": "page", "text": "Hello, Otter.", "text_as_taken": "Home\nHello, Otter."},
        {"document_id": "whole", "text": "Hello"},
        {"document_id": "short", "text": "No.", "dropped_by": "words.least_words"},
    ]
    append_missing(
        lakehouse, "documents", frame(lakehouse, "documents", [DOCUMENT | cleaned_already | row for row in rows])
    )
    counts = token_counts(lakehouse, tokenizer_in(tmp_path))  # each mark is a token of its own
    assert {one.stage: one.tokens for one in funnel_of(duckdb_asker(lakehouse.place), counts=counts).stages} == {
        "found": 5 + 1 + 2,
        "dropped": 2,
        "lines": 1,
        "stayed": 4 + 1,
    }
    with pytest.raises(NoTokenizer, match="tokenizer.json, and"):
        token_counts(lakehouse, tmp_path / "nowhere")


def test_a_copy_leaves_the_funnel_as_a_duplicate_whichever_engine_counts(lakehouse: Lakehouse, tmp_path: Path) -> None:
    cleaned_already = {"cleaned_with": "present", "measures": {"words": 2.0, "words_left": 2.0}}
    add_documents(lakehouse, {"first": "Hello, Otter.", "copy": "Hello, Otter."}, **cleaned_already)
    before = funnel_of(duckdb_asker(lakehouse.place))
    assert {one.stage: one.documents for one in before.stages} == {"found": 2, "stayed": 2}
    add_duplicate(lakehouse, "copy", "first")
    for counts in (None, token_counts(lakehouse, tokenizer_in(tmp_path))):
        funnel = funnel_of(duckdb_asker(lakehouse.place), counts=counts)
        assert {one.stage: one.documents for one in funnel.stages} == {"found": 2, "duplicate": 1, "stayed": 1}


def test_other_settings_begin_with_the_text_as_it_was_taken_in(lakehouse: Lakehouse) -> None:
    rows = [
        DOCUMENT | {"document_id": "page", "text": GOOD, "text_as_taken": PAGE},
        DOCUMENT | {"document_id": "same", "text": PAGE, "text_as_taken": None},
    ]
    documents = frame(lakehouse, "documents", rows)

    def under(*overrides: str) -> list[Any]:
        asked = load_settings("test", overrides).settings.cleaning
        return sorted(cleaned(documents, asked, word_lists(asked), "present").drop("run_id").collect())

    page, same = under("cleaning.lines.phrases=[]")
    assert page.text == same.text == PAGE.removeprefix("Home\n")
    assert page.text_as_taken == same.text_as_taken == PAGE
    assert page.measures == same.measures
    page, same = under("cleaning.words.most_words=9")
    assert (page.text, page.text_as_taken, page.dropped_by) == (PAGE, None, "words.most_words")
    assert (same.text, same.text_as_taken, same.dropped_by) == (PAGE, None, "words.most_words")


def tokenizer_in(folder: Path) -> Path:
    """A tokenizer that takes words and marks for tokens."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    words = Tokenizer(WordLevel({"?": 0}, unk_token="?"))
    words.pre_tokenizer = Whitespace()  # type: ignore[assignment]
    words.save(str(folder / "tokenizer.json"))
    return folder
