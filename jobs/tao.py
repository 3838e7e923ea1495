"""The door `tao`: the wheel turns once, or a part of a turn; every step is also a command of its own."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from jobs.options import Asked, asked_of
from jobs.showing import show_json, show_line
from jobs.tao_steps import STEPS, Name, Turn

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse

NAMES = get_args(Name)
First = Annotated[str, typer.Option("--from", metavar="STEP", help=f"The first step: {', '.join(NAMES)}.")]
Last = Annotated[str, typer.Option("--to", metavar="STEP", help="The last step.")]


class StepUnknown(ValueError):
    """A name that no step of the loop has."""


@dataclass
class Turned:
    """What a turn of the wheel came to, step by step."""

    round: int
    steps: dict[str, str] = field(default_factory=dict)
    """What each step said, in its one line."""
    seconds: dict[str, float] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)
    """What each step returned."""
    stopped: str | None = None
    """Why the turn ended before its last step."""


def tao(
    context: typer.Context,
    round: Annotated[int | None, typer.Option(min=1, help="The round; else the one that is not decided yet.")] = None,
    first: First = NAMES[0],
    last: Last = NAMES[-1],
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also where only the reward model finds the last model better.")
    ] = False,
) -> None:
    """Turn the wheel: select prompts, draw answers, learn which are better, score, tune, evaluate, and decide.

    Only what is new is drawn and scored, so a turn that was killed goes on where it was, and one with nothing new costs
    little.

    Examples:

        lakewheel tao
        lakewheel tao --from generate --to score
    """
    asked = asked_of(context)
    wanted = steps_between(first, last)
    turned = wheel_turned(asked, asked.open_lakehouse(), round, wanted, anyway)
    if asked.as_json:
        told = {"round": turned.round, "steps": turned.steps, "seconds": turned.seconds, "stopped": turned.stopped}
        return show_json(told)
    if turned.stopped:
        show_line(turned.stopped)
    return show_line(f"round {turned.round}: `lakewheel status` shows it, `lakewheel costs` what it took", style="dim")


def steps_between(first: str, last: str) -> tuple[str, ...]:
    """The names of the steps from one to another, both included."""
    for name in (first, last):
        if name not in NAMES:
            raise StepUnknown(f"expected a step of the loop, one of {', '.join(NAMES)}, and got {name}.")
    wanted = NAMES[NAMES.index(first) : NAMES.index(last) + 1]
    if not wanted:
        raise StepUnknown(f"expected --from before --to, and {first} comes after {last} in {', '.join(NAMES)}.")
    return tuple(wanted)


def wheel_turned(
    asked: Asked,
    lakehouse: Lakehouse,
    round: int | None = None,
    names: tuple[str, ...] = NAMES,
    anyway: bool = False,
) -> Turned:
    """The steps in their order, in one Spark session and one Ray; each says its line as soon as it is done."""
    from lakehouse.asking import spark_asker
    from pipelines.crew.cluster import ray_cluster
    from pipelines.evaluate.overoptimised import check_last_model
    from pipelines.prompts.rounds import round_to_turn

    heeds = asked.resolved.settings.tao.heed_overoptimisation and not anyway
    if heeds and "tune" in names:
        check_last_model(spark_asker(lakehouse), asked.resolved.settings.evaluate.suite)
    turned = Turned(round or round_to_turn(spark_asker(lakehouse)))
    turn = Turn(asked, lakehouse, turned.round, turned.found, heeds)
    using_ray = [name for name in names if STEPS[name].needs_ray]
    with ExitStack() as ray:
        for place, name in enumerate(names, start=1):
            if name in using_ray[:1]:
                ray.enter_context(ray_cluster(asked.resolved.settings.ray))
            began = monotonic()
            turned.steps[name] = STEPS[name].act(turn)
            turned.seconds[name] = monotonic() - began
            if name in using_ray[-1:]:
                ray.close()  # what tunes needs its memory
            if not asked.as_json:
                show_line(f"[{place}/{len(names)}, {turned.seconds[name]:.0f} s] {turned.steps[name]}")
            if turn.stop:
                turned.stopped = turn.stop
                break
    return turned
