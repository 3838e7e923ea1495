"""The crew on a real Ray: late batches, dying actors, and actors that never get as far as starting."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from conf import load_settings
from pipelines.crew import crew
from pipelines.crew.batches import Batch, Done, Lost
from pipelines.crew.cluster import ClusterError, Crewing, ray_cluster
from pipelines.crew.crew import Crew, CrewFailed
from pipelines.engines.protocol import EngineError


@pytest.fixture(scope="module", autouse=True)
def crewing() -> Iterator[Crewing]:
    with ray_cluster(load_settings("test", ["ray.actors=2"]).settings.ray) as crewing:
        yield crewing


class Worker:
    """Doubles numbers; told `die`, `sleep` or `fail`, it does that instead."""

    def __call__(self, batch: Batch) -> Any:
        if "die" in batch.pieces:
            os._exit(1)
        if "sleep" in batch.pieces:
            time.sleep(60)
        if "fail" in batch.pieces:
            raise ValueError("a fault of the engine")
        return [2 * piece for piece in batch.pieces]


def dying() -> Any:
    os._exit(1)


def batches(*groups: tuple[Any, ...]) -> list[Batch]:
    return [Batch(group, tuple(map(str, group))) for group in groups]


def outcomes(crewing: Crewing, work: list[Batch], make: Callable[[], Any] = Worker, **changes: Any) -> list[Any]:
    ray = load_settings("test", [f"ray.{name}={value}" for name, value in changes.items()]).settings.ray
    return list(Crew(make, crewing, ray, None).work(work))


def doubled(found: list[Any]) -> list[int]:
    return sorted(number for one in found if isinstance(one, Done) for number in one.result)


def test_everything_is_done_by_as_many_actors_as_there_are(crewing: Crewing) -> None:
    assert crewing == Crewing(2, 1.0, 0)
    found = outcomes(crewing, batches(*[(number,) for number in range(12)]))
    assert doubled(found) == [2 * number for number in range(12)]


class Telling(Worker):
    """Tells which process it works in, and how many workers were made there."""

    made = 0

    def __init__(self) -> None:
        Telling.made += 1

    def __call__(self, batch: Batch) -> Any:
        return [(os.getpid(), Telling.made)]


def processes(crewing: Crewing, **changes: Any) -> set[int]:
    found = outcomes(crewing, batches((1,), (2,)), Telling, **changes)
    return {process for one in found for process, _ in one.result}


def test_the_next_crew_works_in_the_processes_of_the_last_one_with_workers_of_its_own(crewing: Crewing) -> None:
    first = processes(crewing)
    assert processes(crewing) & first
    assert processes(replace(crewing, cores=0.5)).isdisjoint(first), "actors that hold other cores are new ones"


def test_an_actor_that_died_while_it_rested_is_replaced(crewing: Crewing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "MOST_START_FAILURES", 1)  # a death at rest is no failure to start
    for process in processes(crewing):
        os.kill(process, signal.SIGKILL)
    assert doubled(outcomes(crewing, batches((1,), (2,)))) == [2, 4]


@pytest.mark.parametrize(
    ("deed", "reason"), [("die", "kills_its_actor"), ("sleep", "too_slow"), ("fail", "engine_failed")]
)
def test_one_bad_piece_is_given_up_and_its_neighbours_are_not(crewing: Crewing, deed: str, reason: str) -> None:
    found = outcomes(crewing, batches((0, 1, 2, 3, 4, deed, 6), (7,)), batch_timeout_seconds=3)
    given_up = [one for one in found if isinstance(one, Lost)]
    assert [(one.piece, one.reason) for one in given_up] == [(deed, reason)]
    assert doubled(found) == [0, 2, 4, 6, 8, 12, 14]


def test_when_most_pieces_fail_the_crew_gives_up_instead_of_them(crewing: Crewing) -> None:
    with pytest.raises(CrewFailed, match="9 pieces of work failed three times each and only 1 succeeded"):
        outcomes(crewing, batches((1,), *[("fail",)] * 12))


def unable() -> Any:
    raise EngineError("expected vLLM in the environment of the actors")


def test_an_engine_that_says_why_it_cannot_be_made_is_not_made_again(crewing: Crewing) -> None:
    with pytest.raises(CrewFailed, match="an actor could not go on: expected vLLM in the environment of the actors$"):
        outcomes(crewing, batches((1,)), make=unable)


def test_actors_that_cannot_start_are_named_and_not_tried_for_ever(crewing: Crewing) -> None:
    with pytest.raises(CrewFailed, match="3 died while loading their model"):
        outcomes(crewing, batches((1,)), make=dying)


def test_more_actors_than_there_is_room_for_is_an_error_that_says_what_there_is() -> None:
    with (
        pytest.raises(ClusterError, match="expected room for 5 actors of 1 cores and 0 accelerators"),
        ray_cluster(load_settings("test", ["ray.actors=5", "ray.cores_per_actor=1"]).settings.ray),
    ):
        pass
