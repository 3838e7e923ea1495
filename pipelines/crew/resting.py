"""Actors between two steps of one program: a process that has loaded torch once need not load it again.

Only on a cluster of our own without accelerators, a laptop: elsewhere others want what an idle actor holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conf import RaySettings

if TYPE_CHECKING:
    from pipelines.crew.cluster import Crewing

_resting: dict[tuple[str, float], list[Any]] = {}
"""By the node that Ray began for us and the cores that they hold: actors end with their cluster."""


def may_rest(crewing: Crewing, settings: RaySettings, python: str | None) -> bool:
    """Whether actors of a crew are kept for the next one."""
    return settings.cluster == "embedded" and not crewing.accelerators and python is None


def lay_to_rest(actor: Any, crewing: Crewing) -> None:
    """Keep an actor, without its model."""
    actor.rest.remote()
    _resting.setdefault((_node(), crewing.cores), []).append(actor)


def woken(crewing: Crewing) -> Any | None:
    """An actor that rests and holds as many cores as are wanted; those that hold others make room."""
    wanted = (_node(), crewing.cores)
    if set(_resting) - {wanted}:
        dismiss_resting(but=wanted)
    resting = _resting.get(wanted)
    return resting.pop() if resting else None


def dismiss_resting(but: tuple[str, float] | None = None) -> None:
    """End them all, for somebody else wants the cores that they hold; those of a cluster that is gone are gone."""
    import ray

    for node, cores in set(_resting) - {but}:
        for actor in _resting.pop((node, cores)):
            if node == _node():
                ray.kill(actor)


def _node() -> str:
    import ray

    return str(ray.get_runtime_context().get_node_id())
