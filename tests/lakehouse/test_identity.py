"""Ids are functions of content: the same from Python and from Spark, and never the same for different parts."""

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from pyspark.sql import SparkSession

from lakehouse.identity import DIGITS, identity, identity_column
from lakehouse.subjects import pseudonym

TRICKY = ["", ":", "1:a", "ä", "日本語", "\U0001f6b2 wheel", "a\nb", "2:", "quote'\""]


def test_parts_are_kept_apart() -> None:
    assert identity("ab", "c") != identity("a", "bc")
    assert identity("a", "") != identity("a")
    assert len(identity("a")) == DIGITS


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
@settings(max_examples=200)
def test_only_equal_parts_have_equal_ids(one: list[str], other: list[str]) -> None:
    assert (identity(*one) == identity(*other)) is (one == other)


def test_spark_makes_the_same_ids(spark: SparkSession) -> None:
    pairs = [(first, second) for first in TRICKY for second in TRICKY]
    rows = spark.createDataFrame(pairs, "first string, second string")
    made = rows.select("first", "second", identity_column("first", "second").alias("id")).collect()
    assert len(made) == len(pairs)
    assert [row.id for row in made] == [identity(row.first, row.second) for row in made]


def test_a_null_part_makes_no_id(spark: SparkSession) -> None:
    row = (
        spark.createDataFrame([("a", None)], "first string, second string")
        .select(identity_column("first", "second"))
        .first()
    )
    assert row is not None
    assert row[0] is None


def test_a_pseudonym_is_stable_under_its_key_and_tells_nothing_without_it() -> None:
    anna = pseudonym(SecretStr("key"), "Anna@Example.org ")
    assert anna == pseudonym(SecretStr("key"), "anna@example.org")
    assert anna != pseudonym(SecretStr("other key"), "anna@example.org")
    assert anna != pseudonym(SecretStr("key"), "ben@example.org")
