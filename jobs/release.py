"""The door `release`: whether a tuned model may be served, in words, and where it may, its version in the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jobs.options import Asked, asked_of
from jobs.showing import show_json, show_line, working

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lakehouse.place import Lakehouse
    from pipelines.release.step import Released

SAID = {
    "accept": "accepted",
    "refuse": "refused",
    "cannot_tell": "not accepted: nobody can tell yet",
}


def release(
    context: typer.Context,
    round: Annotated[int | None, typer.Option(min=1, help="The round; the latest of the prompts if not said.")] = None,
    policy: Annotated[str | None, typer.Option(metavar="ID", help="The tuned model; the newest if not said.")] = None,
) -> None:
    """Decide by the measured figures whether a tuned model may be served; a refusal is a result, not a failure.

    Examples:

        lakewheel release
        lakewheel sql "SELECT policy_id, decision, objections FROM verdicts ORDER BY decided_at"
    """
    asked = asked_of(context)
    found = release_decided(asked, asked.open_lakehouse(), round, policy)
    if asked.as_json:
        return show_json(vars(found))
    return show_verdict(found)


def release_decided(
    asked: Asked, lakehouse: Lakehouse, round: int | None = None, policy_id: str | None = None
) -> Released:
    """The gate's verdict on a tuned model, and its registration where it is accepted."""
    from lakehouse.asking import spark_asker
    from lakehouse.provenance import provenance_of
    from pipelines.generate.policy import base_policy
    from pipelines.prompts.rounds import latest_round
    from pipelines.release.step import Gate
    from pipelines.release.step import release as decide_release

    settings = asked.resolved.settings
    with working("looking for the base model"):
        base = base_policy(settings.model, settings.engine, asked.home)
    with working("deciding"):
        return decide_release(
            lakehouse,
            Gate(settings.release, settings.tracking, base.policy_id, _certified(asked, lakehouse)),
            provenance_of(asked.resolved),
            round or latest_round(spark_asker(lakehouse)),
            policy_id,
        )


def _certified(asked: Asked, lakehouse: Lakehouse) -> Mapping[str, bool]:
    """Whether the judges behind thresholds are certified; nothing is asked of the others."""
    from pipelines.release.trust import judges_asked
    from pipelines.reward.calibration.makers import judge_makers

    settings = asked.resolved.settings
    if not judges_asked(settings.release):
        return {}
    judges = judge_makers(lakehouse, settings)
    return {judge.name: judge.calibrated is not None and judge.calibrated.certified for judge in judges}


def show_verdict(found: Released) -> None:
    """The decision, every objection, and what to do next."""
    show_line(said_of(found), style="bold")
    for sentence in (*found.objections, *found.remarks):
        show_line(f"  - {sentence}")
    show_line(next_of(found), style="dim")


def said_of(found: Released) -> str:
    """What came of it, in one line."""
    rival = f"champion {found.champion_policy_id}" if found.champion_policy_id else "base model (there is no champion)"
    again = "" if found.is_new else " (as before: nothing has changed)"
    if found.policy_id == found.champion_policy_id:
        return f"release: {found.policy_id} is served already"
    return f"release: {found.policy_id} is {SAID[found.decision]}, against the {rival}{again}"


def next_of(found: Released) -> str:
    """The next command."""
    if found.policy_id == found.champion_policy_id:
        return "next: `lakewheel tune` for a better one, or `lakewheel rollback`"
    if found.decision == "accept":
        return f"next: `lakewheel promote {found.policy_id}` (challenger, version {found.version} in the registry)"
    if found.decision == "cannot_tell":
        return "next: evaluate on more prompts, or ask people with `lakewheel compare export`"
    return "next: mend what the objections name, and tune again; nothing was moved"
