"""The funnel from counts and refusals: everything that was found is accounted for, by source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from conf import load_settings
from jobs.clean import said_of
from lakehouse.asking import DUCKDB, Asker
from pipelines.documents.cleaning.funnel import Funnel, Stage, funnel_of
from pipelines.documents.cleaning.funnel_picture import funnel_picture, label, told
from pipelines.documents.cleaning.rules import rules_of
from pipelines.documents.cleaning.step import Cleaned

GROUP = {"source": "web", "dropped_by": None, "is_duplicate": False, "is_cleaned": True, "is_low": False}
COUNTS = [
    GROUP | {"documents": 4, "words": 400.0, "words_left": 360.0},
    GROUP | {"documents": 1, "words": 100.0, "words_left": 100.0, "is_duplicate": True},
    GROUP | {"documents": 2, "words": 90.0, "words_left": 0.0, "dropped_by": "words.least_words"},
    GROUP | {"documents": 3, "words": 700.0, "words_left": 600.0, "is_low": True},
    GROUP | {"documents": 5, "words": None, "words_left": None, "is_cleaned": False, "source": "mail"},
]


def asker(**tables: list[Mapping[str, Any]]) -> Asker:
    """DuckDB over the rows of a test."""
    import duckdb
    import pyarrow

    connection = duckdb.connect()
    for name, rows in tables.items():
        connection.register(name, pyarrow.Table.from_pylist(list(rows)))

    def rows(query: str) -> list[dict[str, Any]]:
        found = connection.execute(query)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def unasked(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a funnel asks for rows alone")

    return Asker(DUCKDB, rows, tables.__contains__, str, arrow=unasked, scan=unasked)


def figures(funnel: Funnel, source: str) -> list[tuple[str, str, int, int | None]]:
    return [(one.stage, one.reason, one.documents, one.words) for one in funnel.stages if one.source == source]


def test_each_source_goes_from_what_was_found_to_what_stayed() -> None:
    refused = {"step": "documents.take", "reason": "empty"}
    runs = [{"run_id": "r2", "step": "documents.take", "asked": {"source": "mail"}}]
    funnel = funnel_of(
        asker(
            documents=[{"run_id": "r1", "source": "web"}],
            rejections=[
                {**refused, "run_id": "r1"},
                {**refused, "run_id": "r2"},
                {**refused, "run_id": "r3"},
                {**refused, "step": "prompts.take", "run_id": "r1"},
            ],
            runs=runs,
        ),
        counts=COUNTS,
    )
    assert figures(funnel, "web") == [
        ("found", "all", 11, 1290),  # 4 + 1 + 2 + 3 and one that was refused; 400 + 100 + 90 + 700
        ("refused", "empty", 1, None),
        ("dropped", "words.least_words", 2, 90),
        ("lines", "all", 0, 140),  # 40 of those that stayed, and 100 of those of low quality
        ("duplicate", "all", 1, 100),
        ("low_quality", "all", 3, 600),
        ("stayed", "all", 4, 360),
    ]
    assert figures(funnel, "mail") == [
        ("found", "all", 6, None),
        ("refused", "empty", 1, None),
        ("not_cleaned", "all", 5, None),
    ]
    assert figures(funnel, "unknown") == [("found", "all", 1, None), ("refused", "empty", 1, None)]
    assert [one.position for one in funnel.stages if one.source == "web"] == [*range(7)]


def test_what_leaves_and_what_stays_is_what_was_found() -> None:
    funnel = funnel_of(asker(), counts=COUNTS)
    found, *rest = funnel.totals
    assert (found.documents, found.words) == (15, 1290)
    assert (sum(one.documents for one in rest), sum(one.words or 0 for one in rest)) == (15, 1290)
    assert funnel.metrics["documents_found"] == 15
    assert funnel.metrics["documents_stayed"] == 4
    assert funnel.metrics["words_lines"] == 140


def test_the_same_counts_are_the_same_funnel_in_any_order() -> None:
    first, second = funnel_of(asker(), counts=COUNTS), funnel_of(asker(), counts=COUNTS[::-1])
    assert first == second
    assert first.funnel_id == second.funnel_id != funnel_of(asker(), counts=COUNTS[:-1]).funnel_id
    assert {row["funnel_id"] for row in first.rows} == {first.funnel_id}


def test_tokens_are_counted_beside_words_where_somebody_counted_them() -> None:
    counts = [
        row | {"tokens": 2 * (row["words"] or 0), "tokens_left": 2 * (row["words_left"] or 0)} for row in COUNTS[:3]
    ]
    stages = {one.stage: one.tokens for one in funnel_of(asker(), counts=counts).stages}
    assert stages == {"found": 1180, "dropped": 180, "lines": 80, "duplicate": 200, "stayed": 720}


def test_a_table_from_before_cleaning_is_found_and_not_cleaned() -> None:
    funnel = funnel_of(asker(documents=[{"run_id": "r1", "source": "web", "text": "Otter"}] * 2))
    assert figures(funnel, "web") == [("found", "all", 2, None), ("not_cleaned", "all", 2, None)]
    assert funnel_of(asker()).stages == ()


def test_the_picture_is_a_picture_with_several_sources_with_one_and_with_none() -> None:
    for counts in (COUNTS, COUNTS[:1], []):
        assert funnel_picture(funnel_of(asker(), counts=counts)).startswith(b"\x89PNG")
    stage = Stage("web", "dropped", "words.least_words", 1, 1200, 90)
    assert (label(stage), told(stage)) == ("dropped: words.least_words", "1,200, 90 words")


def test_every_rule_is_named_by_its_setting_and_a_null_switches_it_off() -> None:
    cleaning = load_settings("test").settings.cleaning
    names = [rule.name for rule in rules_of(cleaning)]
    assert (len(names), len(set(names))) == (26, 26)  # 13 of repetition, 10 of words, 2 of pages, 1 for nothing left
    for name in names[:-2]:  # but phrases, which are a list, and the one that is always asked
        off = load_settings("test", [f"cleaning.{name}=null"]).settings.cleaning
        assert [rule.name for rule in rules_of(off)] == [one for one in names if one != name]
    listed = load_settings("test", ["cleaning.pages.phrases=[]", "cleaning.most_listed={toxic: 0.1}"]).settings.cleaning
    assert [rule.name for rule in rules_of(listed)] == [*names[:-2], "lines", "most_listed.toxic"]


def test_what_came_of_cleaning_is_one_line() -> None:
    assert said_of(Cleaned(0, 0, 0, 1)) == "documents: nothing to clean: 1 document was cleaned under these settings"
    assert said_of(Cleaned(9, 2, 3, 5)) == (
        "documents: 9 cleaned, 2 dropped, 7 stay, 3 of them without some lines; 5 cleaned before"
    )
