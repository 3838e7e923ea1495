"""A machine without room: Ray ends actors before the kernel does, and the crew says what to do instead of a riddle."""

from __future__ import annotations

import pytest

from conf import load_settings
from pipelines.crew.cluster import ray_cluster
from pipelines.crew.crew import Crew, CrewFailed
from tests.pipelines.crew.test_crew import batches


def large() -> object:
    """An actor's worth of memory, for long enough to be seen."""
    import time

    held = bytearray(2**28)
    held[:: 2**12] = b"x" * len(held[:: 2**12])
    time.sleep(30)
    return held


@pytest.mark.slow
def test_actors_that_ray_ends_for_want_of_memory_are_an_error_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_memory_usage_threshold", "0.01")
    monkeypatch.setenv("RAY_memory_monitor_refresh_ms", "100")
    ray = load_settings("test", ["ray.actors=1"]).settings.ray
    with (
        ray_cluster(ray) as crewing,
        pytest.raises(CrewFailed, match="actors to start.*memory.*lower ray.actors, or take a smaller model"),
    ):
        list(Crew(large, crewing, ray, None).work(batches((1,))))
