"""A batch that fails is cut into parts, then into pieces, and each piece is tried three times in all."""

from __future__ import annotations

from pipelines.crew.batches import MOST_TRIES, Batch, lost


def test_every_piece_is_tried_three_times_and_alone_at_last() -> None:
    whole = Batch(tuple(range(10)), tuple(map(str, range(10))))
    quarters = whole.after_failure()
    assert [part.pieces for part in quarters] == [(0, 1, 2), (3, 4, 5), (6, 7, 8), (9,)]
    alone = quarters[0].after_failure()
    assert [part.pieces for part in alone] == [(0,), (1,), (2,)]
    assert alone[0].after_failure() == []
    assert [part.tries + 1 for part in (whole, quarters[0], alone[0])] == [1, 2, MOST_TRIES]


def test_a_batch_is_known_by_its_pieces_so_that_a_retry_replaces_what_was_left() -> None:
    one = Batch((1, 2), ("a", "b"))
    assert one.name == Batch((1, 2), ("a", "b"), tries=2).name
    assert one.name != Batch((1, 2), ("a", "c")).name


def test_what_is_given_up_says_why_and_how_often_it_was_tried() -> None:
    (given_up,) = lost(Batch(("piece",), ("a",)), "too_slow", "It took longer than 3 seconds.")
    assert (given_up.piece, given_up.reason) == ("piece", "too_slow")
    assert given_up.detail == "It took longer than 3 seconds. It was tried 3 times."
