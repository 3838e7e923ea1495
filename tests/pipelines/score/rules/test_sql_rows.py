"""Results are compared as multisets of rows, checked against every way to pair them."""

from itertools import permutations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.score.rules.sql_rows import same_rows

CELLS = st.sampled_from([0, 0.4, 1, 1.0, 1.6, 2, "a", "1", None])
PAIRS = st.integers(1, 2).flatmap(
    lambda width: st.tuples(*[st.lists(st.tuples(*[CELLS] * width), max_size=4) for _ in range(2)])
)


def near(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return all(
        abs(a - b) <= 0.5 if isinstance(a, (int, float)) and isinstance(b, (int, float)) else a == b
        for a, b in zip(one, other, strict=True)
    )


@settings(deadline=None)
@given(pair=PAIRS)
@example(pair=([(1, 0), (1.4, 9)], [(1.4, 0), (1, 9)]))
@example(pair=([(0,), (0.4,), (1,)], [(0.4,), (0,), (0.9,)]))
def test_any_order_is_the_same_if_some_way_to_pair_the_rows_is(pair: tuple[list, list]) -> None:
    ours, theirs = pair
    some_way = len(ours) == len(theirs) and any(all(map(near, ours, shuffled)) for shuffled in permutations(theirs))
    assert same_rows(ours, theirs, 0.5, is_ordered=False) == some_way


def test_an_order_that_is_asked_for_counts() -> None:
    assert same_rows([(1,), (2,)], [(2,), (1,)], 0, is_ordered=False)
    assert not same_rows([(1,), (2,)], [(2,), (1,)], 0, is_ordered=True)
    assert same_rows([(1,), (2.0,)], [(1.0,), (2,)], 0, is_ordered=True)


def test_nan_is_no_number_s_equal_and_infinity_is_its_own() -> None:
    nan, infinity = float("nan"), float("inf")
    assert not same_rows([(nan,)], [(nan,)], 1, is_ordered=False)
    assert not same_rows([(nan,)], [(1,)], 1, is_ordered=True)
    assert same_rows([(infinity,)], [(infinity,)], 0, is_ordered=False)


def test_rows_of_other_widths_are_never_the_same() -> None:
    assert not same_rows([(1, 2)], [(1,)], 0, is_ordered=True)
    assert not same_rows([(1, 2)], [(1,)], 0, is_ordered=False)
