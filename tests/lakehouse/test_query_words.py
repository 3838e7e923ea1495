"""A query is read by its words: quotes, comments and both engines' own rules decide what a word is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lakehouse.query.tokens import duckdb_words, spark_words
from lakehouse.query.words import Mention, QueryError, Word, check_reads_only, mentions, replaced

TABLES = ("ratings", "scores")
BOTH = pytest.mark.parametrize("words_of", [duckdb_words, spark_words])


def found(words: list[Word]) -> list[Mention]:
    return list(mentions(words, TABLES, ("lakewheel", "gold")))


@BOTH
def test_every_word_is_found_where_it_stands(words_of: Callable[[str], list[Word]]) -> None:
    query = "SELECT 'Grüße, 世界' AS t, 1.5 FROM `scores` /* 🚲 */ WHERE ü <> 2 -- end"
    words = words_of(query)
    assert [(word.text, word.kind) for word in words if word.kind in ("text", "number")] == [
        ("Grüße, 世界", "text"),
        ("1.5", "number"),
        ("2", "number"),
    ]
    assert [query[word.start : word.end] for word in words if not word.quoted] == [
        word.text for word in words if not word.quoted
    ]
    assert [word.text for word in words][-4:] == ["WHERE", "ü", "<>", "2"]


def test_a_backslash_escapes_in_spark_and_not_in_duckdb() -> None:
    assert [word.text for word in spark_words(r"SELECT 'a\'b'")] == ["SELECT", "a'b"]
    assert [word.text for word in duckdb_words(r"SELECT 'a\', 'b'")] == ["SELECT", "a\\", ",", "b"]


def test_duckdb_s_other_quotes_are_known() -> None:
    texts = [word.text for word in duckdb_words("""SELECT E'a\\'b', $$c'd$$, $tag$e$$f$tag$, "g""h" """)]
    assert texts == ["SELECT", r"a\'b", ",", "c'd", ",", "e$$f", ",", 'g"h']


def test_what_ends_inside_a_quote_is_refused() -> None:
    with pytest.raises(QueryError, match="ends inside a quote"):
        spark_words("SELECT 'a")


@BOTH
def test_a_mention_spans_its_schema_and_its_version(words_of: Callable[[str], list[Word]]) -> None:
    query = "FROM lakewheel.scores VERSION AS OF 3 s JOIN ratings FOR SYSTEM_TIME AS OF '2026-01-01' JOIN scores"
    versioned, timed, bare = found(words_of(query))
    assert (versioned.travel, versioned.point, timed.travel, timed.point) == ("version", "3", "time", "2026-01-01")
    assert [query[one.start : one.end] for one in (versioned, timed, bare)] == [
        "lakewheel.scores VERSION AS OF 3",
        "ratings FOR SYSTEM_TIME AS OF '2026-01-01'",
        "scores",
    ]
    assert (versioned.is_qualified, bare.is_qualified, bare.travel) == (True, False, None)


@BOTH
def test_text_and_comments_mention_nothing(words_of: Callable[[str], list[Word]]) -> None:
    assert found(words_of("SELECT 'scores VERSION AS OF 3' -- FROM ratings\n /* ratings */")) == []


@BOTH
def test_a_point_that_is_computed_is_refused_with_an_example(words_of: Callable[[str], list[Word]]) -> None:
    with pytest.raises(QueryError, match=r"expected a literal, such as `scores VERSION AS OF 3`, got \( after AS OF"):
        found(words_of("FROM scores VERSION AS OF (SELECT 1)"))


def test_replacing_leaves_everything_else_as_it_was() -> None:
    query = "SELECT '世界' FROM scores VERSION AS OF 3, lakewheel.ratings -- scores"
    first, second = found(duckdb_words(query))
    assert replaced(query, [(first, "x"), (second, "y")]) == "SELECT '世界' FROM x, y -- scores"


@BOTH
def test_what_is_explained_is_looked_at_too(words_of: Callable[[str], list[Word]]) -> None:
    (mention,) = found(words_of("EXPLAIN SELECT * FROM lakewheel.scores"))
    assert mention.is_qualified
    with pytest.raises(QueryError, match="got INSERT"):
        check_reads_only(words_of("EXPLAIN INSERT INTO scores SELECT 1"))


@BOTH
def test_columns_named_like_verbs_may_be_read(words_of: Callable[[str], list[Word]]) -> None:
    check_reads_only(words_of("SELECT `update`, insert, count(*) FROM scores WHERE `delete` = 'INSERT INTO x'"))


@BOTH
def test_a_mistyped_verb_is_suggested(words_of: Callable[[str], list[Word]]) -> None:
    with pytest.raises(QueryError, match="got SELEKT. Did you mean SELECT?"):
        check_reads_only(words_of("selekt 1"))
