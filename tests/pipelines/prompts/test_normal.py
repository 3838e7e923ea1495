"""The normal form forgives what nobody sees, and its identity is the same from Python and from Spark."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from pipelines.prompts.holdout import is_holdout, split_column
from pipelines.prompts.normal import MESSAGES, normal_text, prompt_id_column, prompt_id_of


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("one  \n\t\ntwo", "one\n\ntwo"),
        ("one\n\n\n\n\ntwo", "one\n\ntwo"),
        ("  one  two \n", "one  two"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("OTTER", "OTTER"),
        ("", ""),
    ],
)
def test_what_nobody_sees_is_forgiven(written: str, normal: str) -> None:
    assert normal_text(written) == normal
    assert normal_text(normal) == normal


CONVERSATIONS = [
    [{"role": "user", "content": "How much is the Otter?"}],
    [{"role": "user", "content": "Café 👩‍🍳 東京 \U0001f9ed"}],
    [{"role": "system", "content": ""}, {"role": "user", "content": "a"}],
    [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}],
    [{"role": "user", "content": "a4:user1:b"}],
]


def test_python_and_spark_give_a_prompt_the_same_identity_and_the_same_split(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(messages,) for messages in CONVERSATIONS], f"messages {MESSAGES}")
    named = frame.select(prompt_id_column("messages").alias("prompt_id"))
    rows = named.select("prompt_id", split_column("prompt_id", "salt", 0.4).alias("split")).collect()
    expected = [prompt_id_of(messages) for messages in CONVERSATIONS]
    assert [row.prompt_id for row in rows] == expected
    assert len(set(expected)) == 5
    assert [row.split == "holdout" for row in rows] == [is_holdout(one, "salt", 0.4) for one in expected]


def test_the_holdout_has_the_share_that_was_asked_for_and_a_larger_one_contains_it() -> None:
    """Of 20,000 the deviation is sqrt(0.1 x 0.9 x 20,000) = 42; a higher share only adds."""
    ids = [prompt_id_of([{"role": "user", "content": str(number)}]) for number in range(20_000)]
    tenth = {one for one in ids if is_holdout(one, "salt", 0.1)}
    fifth = {one for one in ids if is_holdout(one, "salt", 0.2)}
    assert abs(len(tenth) - 2000) < 5 * 42
    assert tenth < fifth
    other_salt = {one for one in ids if is_holdout(one, "pepper", 0.1)}
    assert len(tenth & other_salt) < len(tenth) / 4
