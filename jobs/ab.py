"""The doors `ab start`, `ab take`, `ab status`, `ab stop` and `ab simulate`: a challenger tried on people."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.ab_pages import show_simulated, show_standing
from jobs.options import EVERYWHERE, Asked, asked_of
from jobs.showing import show_json, show_line, working
from jobs.take import Again, Paths, show_taken

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse
    from pipelines.release.ab.plans import Plan
    from pipelines.release.ab.steps import Standing
    from pipelines.taking import Taken

ab = typer.Typer(help="A/B tests of a challenger against the champion.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="What the test is called.")]


def _now() -> datetime:
    return datetime.now(timezone.utc)


@ab.command("start", epilog=EVERYWHERE)
def start_door(
    context: typer.Context,
    name: Name,
    champion: Annotated[str | None, typer.Option(metavar="ID", help="The policy_id of what is served.")] = None,
    challenger: Annotated[str | None, typer.Option(metavar="ID", help="The policy_id of what is tried.")] = None,
) -> None:
    """Begin a test; the section ab of the settings as it is now holds until the test ends.

    Example:

        lakewheel ab start otter --champion 1f... --challenger 9c... --set ab.share=0.1
    """
    asked = asked_of(context)
    plan = experiment_started(asked, asked.open_lakehouse(), name, champion, challenger)
    if asked.as_json:
        return show_json(_plan_object(plan))
    share, metrics = plan.settings.share, ", ".join(plan.settings.metrics)
    return show_line(f"ab: {plan.experiment} runs; {share:g} of all people get the challenger; measured: {metrics}")


def experiment_started(
    asked: Asked, lakehouse: Lakehouse, name: str, champion: str | None, challenger: str | None
) -> Plan:
    """A new test of these two models; of the champion, and of what the gate accepted last, where none is named."""
    from lakehouse.asking import spark_asker
    from lakehouse.provenance import provenance_of
    from pipelines.release.ab.steps import start
    from pipelines.release.verdicts import challenger_of, champion_of

    settings, asker = asked.resolved.settings.ab, spark_asker(lakehouse)
    arms = (champion or champion_of(asker), challenger or challenger_of(asker))
    with working("starting the test"):
        return start(lakehouse, name, *arms, settings, provenance_of(asked.resolved), _now())


@ab.command("take", epilog=EVERYWHERE)
def take_door(
    context: typer.Context,
    paths: Paths,
    experiment: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The test of lines that name none; the one that runs."),
    ] = None,
    again: Again = False,
) -> None:
    """Take events in: JSON Lines with event, subject, at, and arm for an exposure, metric and value for an outcome.

    Example:

        lakewheel ab take events.jsonl
    """
    from pipelines.files import look_under
    from pipelines.release.ab.plans import plan_named
    from pipelines.release.ab.take import STEP, local_plans, reading_of, register_of
    from pipelines.taking import nothing_new

    asked = asked_of(context)
    taken = None
    if asked.place.is_local and not again:
        plans = local_plans(asked.place)
        plan_named(plans, experiment)  # before a key is made for nothing
        register = register_of(plans, experiment, asked.subject_key, _now())
        taken = nothing_new(reading_of(register), look_under(paths), asked.place)
    if taken is None:
        lakehouse = asked.open_lakehouse()
        with working("reading events"):
            taken = events_taken(asked, lakehouse, paths, experiment, again)
    show_taken(asked, taken, "experiments", STEP)


def events_taken(
    asked: Asked, lakehouse: Lakehouse, paths: list[Path], experiment: str | None = None, again: bool = False
) -> Taken:
    """Exposures and outcomes below the paths, pseudonymised, into the table experiments."""
    from lakehouse.provenance import provenance_of
    from pipelines.release.ab.take import register_of, stored_plans, take_events

    register = register_of(stored_plans(lakehouse), experiment, asked.subject_key, _now())
    return take_events(lakehouse, paths, register, provenance_of(asked.resolved), again=again)


@ab.command("status", epilog=EVERYWHERE)
def status_door(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The test; all of them if not said.")] = None,
) -> None:
    """Show how a test stands; look as often as you like. A challenger that has lost is stopped.

    Example:

        lakewheel ab status otter
    """
    asked = asked_of(context)
    found = experiments_looked_at(asked, asked.open_lakehouse(), name)
    if asked.as_json:
        return show_json([_standing_object(one) for one in found])
    if not found:
        return show_line("ab: there is no test yet; `lakewheel ab start NAME` begins one")
    for one in found:
        show_standing(one)
    return None


def experiments_looked_at(asked: Asked, lakehouse: Lakehouse, name: str | None = None) -> tuple[Standing, ...]:
    """How the tests stand; what has lost is stopped."""
    from lakehouse.provenance import provenance_of
    from pipelines.release.ab.steps import status

    with working("counting people"):
        return status(lakehouse, provenance_of(asked.resolved), _now(), name)


@ab.command("stop", epilog=EVERYWHERE)
def stop_door(
    context: typer.Context,
    name: Name,
    reason: Annotated[str, typer.Option(help="Why; it is written down.")],
) -> None:
    """End a test.

    Example:

        lakewheel ab stop otter --reason "The summer is over."
    """
    from lakehouse.provenance import provenance_of
    from pipelines.release.ab.steps import stop

    asked = asked_of(context)
    plan = stop(asked.open_lakehouse(), name, reason, provenance_of(asked.resolved), _now())
    if asked.as_json:
        return show_json(_plan_object(plan))
    return show_line(f"ab: {plan.experiment} is stopped: {plan.reason}")


@ab.command("simulate", epilog=EVERYWHERE)
def simulate_door(
    context: typer.Context,
    effect: Annotated[
        list[float] | None, typer.Option(help="Challenger's mean less the champion's; may be repeated. 0 and 0.1.")
    ] = None,
    base: Annotated[float, typer.Option(help="The champion's mean; outcomes lie between 0 and 1.")] = 0.5,
    people: Annotated[int, typer.Option(min=2, help="People in a test.")] = 2000,
    batch: Annotated[int, typer.Option(min=1, help="Look after so many more people.")] = 50,
    repeats: Annotated[int, typer.Option(min=1, help="Tests for each effect.")] = 400,
    continuous: Annotated[bool, typer.Option("--continuous", help="Outcomes anywhere between, not 0 or 1.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same tests.")] = 7,
) -> None:
    """Try the statistics on made-up people whose truth is known: false alarms, power, and people until a conclusion.

    Example:

        lakewheel ab simulate --effect 0 --effect 0.05 --base 0.3 --people 10000
    """
    from pipelines.release.ab.simulate import World, simulate

    asked = asked_of(context)
    world, settings = World(base, people, batch, repeats, continuous, seed), asked.resolved.settings.ab
    with working("simulating"):
        found = simulate(world, effect or [0.0, 0.1], settings)
    if asked.as_json:
        return show_json([asdict(one) for one in found])
    return show_simulated(found)


def _standing_object(one: Standing) -> dict[str, Any]:
    return _plan_object(one.plan) | {"stopped_now": one.is_stopped_now, **asdict(one.report)}


def _plan_object(plan: Plan) -> dict[str, Any]:
    return {
        "experiment": plan.experiment,
        "policies": dict(plan.policies),
        "started_at": plan.started_at.isoformat(),
        "stopped_at": plan.stopped_at.isoformat() if plan.stopped_at else None,
        "reason": plan.reason,
        "settings": plan.settings.model_dump(mode="json"),
    }
