"""The doors `promote` and `rollback`: which model is served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jobs.options import Asked, asked_of
from jobs.showing import show_json, show_line, working

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse
    from pipelines.release.moves import Moved

By = Annotated[str, typer.Option("--by", metavar="ROLE", help="Who decides: a role or a rule; no name of a person.")]


def promote(
    context: typer.Context,
    policy: Annotated[str | None, typer.Argument(metavar="ID", help="The model; the challenger if not said.")] = None,
    by: By = "person",
    again: Annotated[bool, typer.Option("--again", help="Also a model that was rolled back before.")] = False,
) -> None:
    """Make a model that the gate accepted the champion, which is what is served.

    Examples:

        lakewheel promote
        lakewheel promote ID --by on-call
    """
    asked = asked_of(context)
    show_move(asked, policy_promoted(asked, asked.open_lakehouse(), policy, by, again))


def rollback(
    context: typer.Context,
    by: By = "person",
    because: Annotated[str | None, typer.Option(metavar="TEXT", help="Why, for the record; no personal data.")] = None,
) -> None:
    """Serve the champion before this one again; a second time goes one further back.

    Example:

        lakewheel rollback --because "complaints about prices"
    """
    asked = asked_of(context)
    show_move(asked, champion_rolled_back(asked, asked.open_lakehouse(), by, because))


def policy_promoted(
    asked: Asked, lakehouse: Lakehouse, policy_id: str | None = None, by: str = "person", again: bool = False
) -> Moved:
    """The model as champion, recorded."""
    from lakehouse.provenance import provenance_of
    from pipelines.release.promote import promote as promote_policy

    settings = asked.resolved.settings
    with working("promoting"):
        provenance = provenance_of(asked.resolved)
        return promote_policy(lakehouse, settings.release, settings.tracking, provenance, by, policy_id, again)


def champion_rolled_back(asked: Asked, lakehouse: Lakehouse, by: str = "person", because: str | None = None) -> Moved:
    """The champion before as champion again, recorded."""
    from lakehouse.provenance import provenance_of
    from pipelines.release.rollback import rollback as restore

    settings = asked.resolved.settings
    with working("rolling back"):
        return restore(lakehouse, settings.release, settings.tracking, provenance_of(asked.resolved), by, because)


def show_move(asked: Asked, found: Moved) -> None:
    """What is served now."""
    if asked.as_json:
        return show_json(vars(found))
    if found.finished:
        show_line(f"an earlier move to {found.finished} had broken off, and is finished now", style="dim")
    return show_line(said_of(found, name_in_registry(asked)))


def name_in_registry(asked: Asked) -> str:
    """The whole name under which MLflow's registry knows what is released."""
    from lakehouse.tracking import registered_name

    settings = asked.resolved.settings
    return registered_name(settings.release.model_name, settings.tracking, settings.lakehouse)


def said_of(found: Moved, name: str) -> str:
    """What came of it, in one line."""
    if not found.is_new:
        return f"{found.decision}: nothing to do: {found.policy_id} (version {found.version}) is the champion of {name}"
    before = found.previous_policy_id or "the base model"
    return (
        f"{found.decision}: the champion of {name} is now {found.policy_id} (version {found.version}), and it was "
        f"{before}; load it as models:/{name}@champion"
    )
