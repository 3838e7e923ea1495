"""Actors between two steps of one program: a process that has loaded torch once need not load it again.

Only on a cluster of our own without accelerators, a laptop: elsewhere others want what an idle actor holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conf import RaySettings

if TYPE_CHECKING:
    from pipelines.crew.cluster import Crewing

_resting: dict[float, list[Any]] = {}


def may_rest(crewing: Crewing, settings: RaySettings, python: str | None) -> bool:
    """Whether actors of a crew are kept for the next one."""
    return settings.cluster == "embedded" and not crewing.accelerators and python is None


def lay_to_rest(actor: Any, crewing: Crewing) -> None:
    """Keep an actor, without its model."""
    actor.rest.remote()
    _resting.setdefault(crewing.cores, []).append(actor)


def woken(crewing: Crewing) -> Any | None:
    """An actor that rests and holds as many cores as are wanted; those that hold others make room."""
    if set(_resting) - {crewing.cores}:
        dismiss_resting()
    resting = _resting.get(crewing.cores)
    return resting.pop() if resting else None


def dismiss_resting() -> None:
    """End them all, for somebody else wants the cores that they hold."""
    import ray

    for actor in [actor for actors in _resting.values() for actor in actors]:
        ray.kill(actor)
    forget_resting()


def forget_resting() -> None:
    """Their cluster ends, and they with it."""
    _resting.clear()
