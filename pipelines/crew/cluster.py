"""A Ray cluster while a step needs it: started here, on Spark's workers, or joined; what we started we shut down."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from conf import RaySettings
from lakehouse.first_line import first_line

AUTH_MODE = "RAY_AUTH_MODE"
BEYOND_LOOPBACK = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"
"""Without it a node asks the outside which address it has, and listens there; a cluster of one machine need not."""
STARTS = 3
SLOW_START = "timed out during startup"
IN_POD = "auto"
CORE_PARTS = 10_000


class ClusterError(RuntimeError):
    """No Ray cluster could be had."""


@dataclass(frozen=True)
class Crewing:
    """How many actors there are and what each holds."""

    actors: int
    cores: float
    accelerators: float


@contextmanager
def ray_cluster(settings: RaySettings) -> Iterator[Crewing]:
    """Ray, and how many actors it has room for."""
    if settings.cluster == "embedded":
        os.environ.setdefault(BEYOND_LOOPBACK, "0")  # which Ray reads as it is imported
    import ray

    if ray.is_initialized():
        yield crewing_of(settings)
        return
    on_spark = _start_on_spark() if settings.cluster == "on_spark" else False
    try:
        _join(settings)
        yield crewing_of(settings)
    finally:
        ray.shutdown()
        if on_spark:
            _stop_on_spark()


def _join(settings: RaySettings) -> None:
    """Embedded: a cluster of our own even where another one runs on this machine."""
    import ray

    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    try:
        if settings.cluster == "embedded":
            _begin(settings, quiet)
        else:
            ray.init(address=settings.address or IN_POD, **quiet)
    except ClusterError:
        raise
    except (ConnectionError, RuntimeError, ValueError) as problem:
        raise ClusterError(
            f"expected Ray as ray.cluster: {settings.cluster} says, but: {first_line(problem)}. "
            "Check ray.address and that the cluster runs; `lakewheel doctor` tries an embedded one."
        ) from problem


def _begin(settings: RaySettings, quiet: dict[str, Any]) -> None:
    """A node that is not up within Ray's own thirty seconds, on a busy machine, is begun anew."""
    import ray

    os.environ.setdefault(AUTH_MODE, "disabled")
    for _ in range(STARTS):
        try:
            ray.init(
                address="local",
                num_cpus=settings.cores,
                object_store_memory=settings.object_store_megabytes * 2**20,
                include_dashboard=False,
                **quiet,
            )
            return
        except Exception as problem:  # Ray raises nothing more definite
            if SLOW_START not in str(problem):
                raise
            ray.shutdown()
    raise ClusterError(
        f"expected Ray to start within 30 seconds, and in {STARTS} tries it did not: this machine is too busy. See "
        "what else runs on it, and run the command again; what is done is kept."
    )


def _start_on_spark() -> bool:
    from ray.util.spark import MAX_NUM_WORKER_NODES, setup_ray_cluster

    setup_ray_cluster(max_worker_nodes=MAX_NUM_WORKER_NODES)
    return True


def _stop_on_spark() -> None:
    from ray.util.spark import shutdown_ray_cluster

    shutdown_ray_cluster()


def crewing_of(settings: RaySettings) -> Crewing:
    """As many actors as were asked for, else as many as there is room for; no more than that either way.

    Where nobody says how many cores one holds, the smallest machine's are shared out among as many as will be on it.
    Ray knows ten-thousandths of a core, and rounds.
    """
    import ray

    accelerators = settings.accelerators_per_actor
    needed = ("CPU", "GPU") if accelerators else ("CPU",)
    alive = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    machines = [there for there in alive if all(there.get(name) for name in needed)]
    all_cores, all_accelerators = (sum(one.get(name, 0.0) for one in alive) for name in ("CPU", "GPU"))
    by_accelerators = int(all_accelerators / accelerators) if accelerators else None
    if settings.cores_per_actor:
        cores = float(settings.cores_per_actor)
        by_cores = sum(int(one["CPU"] // cores) for one in machines)
    else:
        by_cores = settings.actors or by_accelerators or len(machines)
        least = min((one["CPU"] for one in machines), default=0.0)
        cores = floor(least / ceil(by_cores / max(len(machines), 1)) * CORE_PARTS) / CORE_PARTS
    room = min(by_cores, by_accelerators) if by_accelerators is not None else by_cores
    wanted = settings.actors or room
    if room < wanted or not room:
        raise ClusterError(
            f"expected room for {max(wanted, 1)} actors of {cores:g} cores and {accelerators:g} accelerators, and the "
            f"cluster has {all_cores:g} cores and {all_accelerators:g} accelerators in all. Lower ray.actors, "
            "ray.cores_per_actor or ray.accelerators_per_actor."
        )
    return Crewing(wanted, cores, accelerators)
