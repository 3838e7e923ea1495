"""How a cluster is shared out among actors, and that those which rest are woken on their own cluster and no other."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from conf import load_settings
from pipelines.crew.batches import Batch, Done
from pipelines.crew.cluster import crewing_of, ray_cluster
from pipelines.crew.crew import Crew


def process_ids() -> Callable[[Batch], Any]:
    return lambda batch: os.getpid()


def test_a_cluster_that_ended_leaves_no_actor_for_the_next_one() -> None:
    ray = load_settings("test", ["ray.actors=1"]).settings.ray
    batches = [Batch((1,), ("one",))]
    found: list[Any] = []
    for crews in (2, 1):
        with ray_cluster(ray) as crewing:
            for _ in range(crews):
                found += list(Crew(process_ids, crewing, ray, None).work(batches))
    first, second, third = (one.result for one in found if isinstance(one, Done))
    assert first == second != third


def test_on_several_machines_an_actor_holds_no_more_than_the_smallest_one_has(monkeypatch: pytest.MonkeyPatch) -> None:
    machines = [{"Alive": True, "Resources": {"CPU": cores}} for cores in (16.0, 8.0)]
    machines += [{"Alive": True, "Resources": {}}, {"Alive": False, "Resources": {"CPU": 2.0}}]
    monkeypatch.setattr("ray.nodes", lambda: machines)
    asked = {"ray.cluster=embedded": (2, 8.0), "ray.actors=3": (3, 4.0), "ray.cores_per_actor=5": (4, 5.0)}
    for override, expected in asked.items():
        found = crewing_of(load_settings("base", [override]).settings.ray)
        assert (found.actors, found.cores) == expected


def test_all_cores_can_be_shared_out_evenly_though_no_fraction_is_exact() -> None:
    with ray_cluster(load_settings("test", ["ray.cores=10", "ray.actors=3"]).settings.ray) as crewing:
        assert (crewing.actors, crewing.cores) == (3, 3.3333)
