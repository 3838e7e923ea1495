"""The contract lists every difference at once, and nothing is written while there is one."""

import pytest
from pyspark.sql import functions as F

from lakehouse.contract import ContractError, check_contract
from lakehouse.place import Lakehouse
from lakehouse.tables import TABLES
from lakehouse.write import append_missing
from tests.lakehouse.rows import RATING, frame, ratings, stored

TABLE = TABLES["ratings"]


def test_a_frame_with_five_faults_of_form_is_told_all_five(lakehouse: Lakehouse) -> None:
    faulty = (
        ratings(lakehouse, "a")
        .drop("answer", "reason")
        .withColumn("answers", F.lit("x"))
        .withColumn("rating", F.lit("five"))
        .withColumn("prompt_id", F.lit(7))
    )
    with pytest.raises(ContractError) as told:
        append_missing(lakehouse, "ratings", faulty)
    for difference in (
        "5 differences",
        "missing column `answer`",
        "missing column `reason`",
        "unexpected column `answers`",
        "column `rating` has type string, expected double",
        "column `prompt_id` has type int, expected string",
    ):
        assert difference in str(told.value)


def test_faults_in_the_rows_are_counted_together(lakehouse: Lakehouse) -> None:
    rows = [
        RATING | {"rating_id": "twice"},
        RATING | {"rating_id": "twice"},
        RATING | {"rating_id": "low", "rating": 0.0},
        RATING | {"rating_id": "nan", "rating": float("nan")},
        RATING | {"rating_id": "mute", "answer": None},
    ]
    append_missing(lakehouse, "ratings", ratings(lakehouse, "before"))
    with pytest.raises(ContractError) as told:
        append_missing(lakehouse, "ratings", frame(lakehouse, "ratings", rows))
    message = str(told.value)
    assert "1 duplicate keys (rating_id)" in message
    assert "1 rows with NaN in `rating`" in message
    assert "1 rows with null in column `answer`" in message
    assert "2 rows break the check `rating_in_range`: rating BETWEEN 1 AND 5" in message  # 0 and NaN
    assert stored(lakehouse, "ratings", "rating_id") == ["before"]


def test_a_null_key_is_named_as_such(lakehouse: Lakehouse) -> None:
    with pytest.raises(ContractError, match="1 rows with null in key column `rating_id`"):
        check_contract(frame(lakehouse, "ratings", [RATING | {"rating_id": None}]), TABLE)


def test_content_depends_on_rows_and_not_on_their_order(lakehouse: Lakehouse) -> None:
    one = check_contract(ratings(lakehouse, "a", "b", "c").repartition(3), TABLE)
    other = check_contract(ratings(lakehouse, "c", "b", "a").coalesce(1), TABLE)
    changed = check_contract(ratings(lakehouse, "a", "b", "d"), TABLE)
    assert one == other
    assert one.digest != changed.digest


def test_nan_hides_neither_in_arrays_nor_in_maps(lakehouse: Lakehouse) -> None:
    nan = float("nan")
    chunk = dict.fromkeys(TABLES["chunks"].names) | {"chunk_id": "c", "document_id": "d", "position": 0, "text": "t"}
    with pytest.raises(ContractError, match="NaN in `embedding`"):
        rows = [chunk | {"tokens": 1, "embedding": [0.5, nan], "run_id": "run"}]
        check_contract(frame(lakehouse, "chunks", rows), TABLES["chunks"])
