"""The Spark expressions against plain Python, on made-up texts; all texts of a test go through Spark at once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from conf import load_settings
from conf.cleaning import CleaningSettings
from pipelines.documents.cleaning.clean import with_measures
from pipelines.documents.cleaning.examined import language_of
from pipelines.documents.cleaning.rules import dropped_by
from pipelines.documents.cleaning.word_lists import word_lists
from tests.pipelines.documents.cleaning import plain

WORDS = ["the", "The,", "be", "(of)", "and", "AND", "that.", "with", "Otter", "Räder", "42", "#", "##", "...", "…", "I"]
SIGNS = [
    "•",
    "-",
    "*",
    "a" * 12,
    "use cookies",
    "JavaScript",
    "lorem ipsum",
    "{",
    "自転車",
    "おはよう。",
    "price?",
    '"Yes."',
]
PIECES = [*WORDS, *SIGNS]
SPACES = [" ", "  ", "\t", "\u00a0", "\u2003", "\u3000", "\x0b", "\u2028", "\x85", "\x1c"]
ENDS = [".", "!", "?", '"', "...", "…", "", "", "。", ","]
COMMON = (
    "The handbook says that you can have the bicycle back with us at noon and that it is to be clean. "
    "Bring it to the shop. We will be there with a key."
)


def lines() -> st.SearchStrategy[str]:
    spaced = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(SPACES)), max_size=12)
    made = st.builds(lambda some, end: "".join(map("".join, some)) + end, spaced, st.sampled_from(ENDS))
    return st.one_of(made, st.sampled_from(["", " ", COMMON, "Back to top", "- one bullet is here."]))


def texts() -> st.SearchStrategy[str]:
    chosen = st.lists(lines(), min_size=1, max_size=6).flatmap(
        lambda some: st.lists(st.sampled_from(some), min_size=1, max_size=12)
    )
    separators = st.sampled_from(["\n", "\n\n", "\n \n\n"])
    return st.builds(lambda some, between: between.join(some), chosen, separators)


def made_up(many: int) -> list[str]:
    """Texts by hypothesis, the same on every machine, and some by hand."""
    found: list[str] = []

    @settings(
        max_examples=many,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(texts())
    def gather(text: str) -> None:
        if text:
            found.append(text)

    gather()
    by_hand = [COMMON, f"{COMMON}\n{COMMON}\nHome", "x", " ", "这是一本关于自行车的书。" * 8, f"{COMMON} " * 20]
    assert len(found) > many / 2
    return [*found, *by_hand]


def small(*overrides: str) -> CleaningSettings:
    """The papers' settings, but for a longest word and a fewest of words at which made-up texts differ."""
    ours = ("cleaning.lines.longest_word=11", "cleaning.words.least_words=6")
    return load_settings("test", [*ours, *overrides]).settings.cleaning


def by_spark(spark: SparkSession, some: list[str], asked: CleaningSettings) -> list[dict[str, Any]]:
    from pyspark.sql import functions as F

    rows = [(number, text, None) for number, text in enumerate(some)]
    frame = spark.createDataFrame(rows, "document_id int, text string, text_as_taken string")
    told = with_measures(frame, asked, word_lists(asked))
    judged = told.withColumn(
        "dropped_by", dropped_by(asked, F.col("measures"), F.col("language"), F.col("is_spaced"))
    ).select("document_id", "language", "measures", "text_left", "dropped_by")
    return [row.asDict() for row in judged.orderBy("document_id").collect()]


@pytest.mark.parametrize(
    "overrides",
    [(), ("cleaning.lines.terminal_marks=null", "cleaning.lines.without_repeats=false", "cleaning.language.keep=[en]")],
)
def test_spark_measures_and_judges_as_plain_python(spark: SparkSession, overrides: tuple[str, ...]) -> None:
    asked, some = small(*overrides), made_up(200)
    rows = by_spark(spark, some, asked)
    assert len(rows) == len(some)
    for text, row in zip(some, rows, strict=True):
        language, confidence = language_of(text, asked.language)
        is_spaced = language not in asked.language.unspaced
        left, more = plain.left_measures(text, is_spaced, asked)
        expected = {**plain.gopher(text, language, asked), **more, "language_confidence": confidence}
        listed = {name: value for name, value in row["measures"].items() if name.startswith(("toxic", "adult"))}
        assert (text, row["measures"]) == (text, pytest.approx({**expected, **listed}, abs=1e-12))
        assert (text, row["language"], row["text_left"]) == (text, language, left)
        assert (text, row["dropped_by"]) == (text, plain.dropped_by(expected, language, asked))
    assert len({row["dropped_by"] for row in rows}) >= 6  # or the texts would try too few rules
    assert any(row["measures"]["lines_removed"] for row in rows)
