"""A step whose budget is spent stops between two batches, keeps what is done, and goes on when it is raised."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lakehouse.place import Lakehouse
from tests.lakehouse.rows import stored
from tests.pipelines.generate.story import add_prompts, generated
from tests.pipelines.score.story import scored

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
ONE_AT_A_TIME = ("generate.prompts_per_batch=1", "score.answers_per_batch=2")
PROMPTS = {name: f"What does tent {name} cost for a week?" for name in "abcd"}


@pytest.fixture(scope="module", autouse=True)
def one_ray() -> Iterator[None]:
    """One cluster for all tests here; the step joins it and leaves it running."""
    import ray

    ray.init(address="local", num_cpus=2, object_store_memory=80 * 2**20, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


def test_drawing_and_scoring_stop_where_their_budget_is_spent_and_go_on_when_it_is_raised(
    lakehouse: Lakehouse,
) -> None:
    add_prompts(lakehouse, PROMPTS)
    tight = (*ONE_AT_A_TIME, "budgets.generate.most_tokens=1")
    first = generated(lakehouse, *tight)
    assert (first.planned, first.new, first.left) == (8, 2, 6), "one prompt's two answers were under way"
    assert first.stopped and "budgets.generate.most_tokens is 1, and" in first.stopped
    again = generated(lakehouse, *tight)
    assert (again.new, again.left) == (0, 6) and again.stopped
    assert stored(lakehouse, "runs", "is_complete") == [False], "a run that could not begin is none"

    raised = generated(lakehouse, *ONE_AT_A_TIME, "budgets.generate.most_tokens=100000")
    assert (raised.new, raised.left, raised.stopped) == (6, 0, None)
    assert len(stored(lakehouse, "candidates", "candidate_id")) == 8

    slow = scored(lakehouse, *ONE_AT_A_TIME, "budgets.score.most_device_seconds=0.0001")
    assert slow.stopped and "budgets.score.most_device_seconds is 0.0001, and" in slow.stopped
    assert (slow.new, slow.left) == (2, slow.planned - slow.copied - 2)
    assert slow.combined == 8, "what has no score of its own yet is combined from agreement"
    rest = scored(lakehouse, *ONE_AT_A_TIME)
    assert (rest.left, rest.stopped) == (0, None)
    assert slow.new + slow.copied + rest.new + rest.copied == 8
