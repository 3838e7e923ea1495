"""Which examples each step learns from is arithmetic: nothing twice, nothing missing, the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.training.plan import BATCH_COST, Step, batches_of, padded_batches, rate_share, steps_of
from pipelines.training.task import Unit

units_of_any_size = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 50)), min_size=1, max_size=40).map(
    lambda sizes: [Unit((place,), rows, longest) for place, (rows, longest) in enumerate(sizes)]
)


@given(units_of_any_size, st.integers(1, 10), st.integers(1, 200), st.integers(1, 4))
def test_every_example_is_learned_from_once_an_epoch_by_exactly_one_rank(units, examples, tokens, ranks) -> None:  # type: ignore[no-untyped-def]
    steps = steps_of(units, 0, 7, examples, tokens)
    shared = [
        place
        for step in steps
        for rank in range(ranks)
        for batch in step.shares(rank, ranks)
        for unit in batch
        for place in unit.places
    ]
    assert sorted(shared) == list(range(len(units)))
    assert all(len({len(step.shares(rank, ranks)) for rank in range(ranks)}) == 1 for step in steps)


@given(units_of_any_size, st.integers(1, 200))
def test_a_padded_batch_holds_no_more_tokens_than_it_may_unless_one_unit_alone_does(units, tokens) -> None:  # type: ignore[no-untyped-def]
    for batch in batches_of(units, tokens):
        padded = sum(unit.rows for unit in batch) * max(unit.longest for unit in batch)
        assert padded <= tokens or len(batch) == 1


def test_the_order_is_another_in_each_epoch_and_the_same_on_every_run() -> None:
    units = [Unit((place,), 1, 1) for place in range(30)]
    first, again, second = ([step.places for step in steps_of(units, epoch, 7, 4, 100)] for epoch in (0, 0, 1))
    assert first == again != second


def test_neighbours_in_length_share_a_batch() -> None:
    units = [Unit((place,), 1, longest) for place, longest in enumerate((9, 1, 8, 2))]
    assert [[unit.longest for unit in batch] for batch in batches_of(units, 18)] == [[1, 2], [8, 9]]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=8), st.integers(10, 120))
def test_no_other_cut_of_neighbours_costs_less(lengths: list[int], tokens: int) -> None:
    lengths.sort()

    def cost(batches: list[list[int]]) -> float:
        return sum(len(batch) * batch[-1] + tokens * BATCH_COST for batch in batches)

    def cuts(rest: list[int]) -> Iterator[list[list[int]]]:
        for size in range(1, len(rest) + 1):
            if size == 1 or size * rest[size - 1] <= tokens:
                yield from ([rest[:size], *others] for others in cuts(rest[size:])) if rest[size:] else [[rest]]

    found = padded_batches(lengths, tokens, lambda length: length)
    assert [length for batch in found for length in batch] == lengths
    assert cost(found) == pytest.approx(min(map(cost, cuts(lengths))))


@pytest.mark.parametrize(
    ("schedule", "middle", "last"), [("constant", 1.0, 1.0), ("linear", 0.5, 0.0125), ("cosine", 0.5, 0.000385)]
)
def test_the_rate_rises_and_then_follows_its_schedule(schedule: str, middle: float, last: float) -> None:
    shares = [rate_share(step, 100, 0.2, schedule) for step in range(100)]
    assert shares[:20] == pytest.approx([(step + 1) / 20 for step in range(20)])
    assert (shares[60], shares[99]) == (pytest.approx(middle), pytest.approx(last, abs=1e-5))


def test_a_rank_without_a_batch_still_takes_part() -> None:
    step = Step(0, tuple((Unit((place,), 1, 1),) for place in range(3)))
    assert [len(batch) for batch in step.shares(1, 2)] == [1, 0]
