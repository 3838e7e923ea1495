"""Writes insert what is missing, and can be repeated without a second effect."""

from lakehouse.place import Lakehouse
from lakehouse.read import read
from lakehouse.write import append_missing
from tests.lakehouse.rows import ratings, stored


def test_rows_that_are_there_stay_and_new_ones_come(lakehouse: Lakehouse) -> None:
    append_missing(lakehouse, "ratings", ratings(lakehouse, "a", "b", answer="first"))
    written = append_missing(lakehouse, "ratings", ratings(lakehouse, "b", "c", answer="second"))
    assert (written.rows, written.new) == (2, 1)
    answers = {row.rating_id: row.answer for row in read(lakehouse, "ratings").frame.collect()}
    assert answers == {"a": "first", "b": "first", "c": "second"}


def test_the_same_batch_again_commits_nothing_even_in_another_order_and_by_another_run(lakehouse: Lakehouse) -> None:
    first = append_missing(lakehouse, "ratings", ratings(lakehouse, "a", "b"))
    again = append_missing(lakehouse, "ratings", ratings(lakehouse, "b", "a", run_id="another run"))
    assert (again.new, again.version) == (0, first.version)


def test_a_table_that_was_never_written_and_rows_of_a_run_s_own_are_appended(lakehouse: Lakehouse) -> None:
    first = append_missing(lakehouse, "ratings", ratings(lakehouse, "a", "b"))
    assert (first.new, first.version) == (2, 1)
    own = append_missing(lakehouse, "ratings", ratings(lakehouse, "c"), is_own=True)
    assert (own.new, own.version) == (1, 2)
    operations = lakehouse.spark.sql(f"DESCRIBE HISTORY {lakehouse.identifier('ratings')}").collect()
    assert [row.operation for row in operations[:2]] == ["WRITE", "WRITE"]
    assert stored(lakehouse, "ratings", "rating_id") == ["a", "b", "c"]


def test_keys_that_were_seen_to_be_absent_are_appended_unless_somebody_wrote_since(lakehouse: Lakehouse) -> None:
    seen = append_missing(lakehouse, "ratings", ratings(lakehouse, "a")).version
    append_missing(lakehouse, "ratings", ratings(lakehouse, "b"), absent_at=seen)
    late = append_missing(lakehouse, "ratings", ratings(lakehouse, "b", "c"), absent_at=seen)
    assert (late.rows, late.new) == (2, 1)
    operations = lakehouse.spark.sql(f"DESCRIBE HISTORY {lakehouse.identifier('ratings')}").collect()
    assert [row.operation for row in operations[:2]] == ["MERGE", "WRITE"]
    assert stored(lakehouse, "ratings", "rating_id") == ["a", "b", "c"]


def test_rows_that_were_deleted_since_come_back_with_the_same_batch(lakehouse: Lakehouse) -> None:
    append_missing(lakehouse, "ratings", ratings(lakehouse, "a", "b"))
    lakehouse.spark.sql(f"DELETE FROM {lakehouse.identifier('ratings')} WHERE rating_id = 'a'")
    assert append_missing(lakehouse, "ratings", ratings(lakehouse, "a", "b")).new == 1
    assert stored(lakehouse, "ratings", "rating_id") == ["a", "b"]


def test_a_batch_that_differs_in_one_value_is_another_batch(lakehouse: Lakehouse) -> None:
    first = append_missing(lakehouse, "ratings", ratings(lakehouse, "a"))
    second = append_missing(lakehouse, "ratings", ratings(lakehouse, "a", rating=1.0))
    assert second.version == first.version + 1
    assert second.new == 0


def test_an_empty_batch_commits_nothing(lakehouse: Lakehouse) -> None:
    written = append_missing(lakehouse, "ratings", ratings(lakehouse, "a").limit(0))
    assert (written.rows, written.new, written.version) == (0, 0, 0)


def test_a_read_stays_at_its_version_while_others_commit(lakehouse: Lakehouse) -> None:
    append_missing(lakehouse, "ratings", ratings(lakehouse, "a"))
    before = read(lakehouse, "ratings")
    append_missing(lakehouse, "ratings", ratings(lakehouse, "b"))
    assert [row.rating_id for row in before.frame.collect()] == ["a"]
    assert read(lakehouse, "ratings", before.version + 1).frame.count() == 2
