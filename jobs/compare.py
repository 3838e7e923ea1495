"""The doors `compare export` and `compare take`: people compare two models without knowing which is which."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.options import EVERYWHERE, Asked, asked_of
from jobs.showing import counted, show_json, show_line, show_rows, working

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse
    from pipelines.release.compare import Counted

compare = typer.Typer(help="Let people compare two models blindly.", no_args_is_help=True)
Sheet = Annotated[Path, typer.Argument(help="A file that ends in .csv (for a spreadsheet) or .jsonl.")]


@compare.command("export", epilog=EVERYWHERE)
def export_door(
    context: typer.Context,
    file: Sheet,
    policy: Annotated[str, typer.Option(metavar="ID", help="One model.")],
    against: Annotated[str, typer.Option(metavar="ID", help="The other one.")],
) -> None:
    """Write the answers of two models side by side; a keyed hash decides which is left, and the order.

    People write left, right or tie under vote, and who they are under voter; what they leave empty is not counted.

    Example:

        lakewheel compare export votes.csv --policy NEW --against OLD
    """
    from lakehouse.provenance import provenance_of
    from pipelines.release.compare import export_pairs

    asked = asked_of(context)
    lakehouse, key = asked.open_lakehouse(), asked.subject_key
    settings, provenance = asked.resolved.settings.release, provenance_of(asked.resolved)
    with working("pairing answers"):
        found = export_pairs(lakehouse, settings, key, provenance, file, policy, against)
    if asked.as_json:
        return show_json(vars(found))
    alike = f"; to {counted(found.alike, 'prompt')} both say the same" if found.alike else ""
    show_line(f"compare: {counted(found.pairs, 'pair')} in {found.file}{alike}")
    return show_line(f"next: fill in vote and voter, then `lakewheel compare take {found.file}`", style="dim")


@compare.command("take", epilog=EVERYWHERE)
def take_door(
    context: typer.Context,
    file: Sheet,
    round: Annotated[int | None, typer.Option(min=1, help="The round; the latest of the prompts if not said.")] = None,
) -> None:
    """Take votes in, and say which model people prefer, with an interval.

    Example:

        lakewheel compare take votes.csv
    """
    asked = asked_of(context)
    found = votes_taken(asked, asked.open_lakehouse(), file, round)
    if asked.as_json:
        return show_json(vars(found) | {"figures": [vars(one) for one in found.figures]})
    return show_count(found)


def votes_taken(asked: Asked, lakehouse: Lakehouse, file: Path, round: int | None = None) -> Counted:
    """Votes as preferences, and the win rate of all votes so far as a figure that the gate can read."""
    from lakehouse.asking import spark_asker
    from lakehouse.provenance import provenance_of
    from pipelines.prompts.rounds import latest_round
    from pipelines.release.compare import take_votes

    settings = asked.resolved.settings
    with working("counting votes"):
        return take_votes(
            lakehouse,
            settings.release,
            settings.trust,
            asked.subject_key,
            provenance_of(asked.resolved),
            round or latest_round(spark_asker(lakehouse)),
            file,
        )


def show_count(found: Counted) -> None:
    """The votes, and what they come to."""
    from pipelines.statistics.estimate import said

    refused = f", {found.rejected} refused" if found.rejected else ""
    show_line(f"compare: {found.votes} votes, {found.new} new{refused}, {found.unanswered} left empty")
    show_line(f"the share of votes for {found.policy_id} against {found.rival_policy_id}, a tie counting half:")
    rows = [[one.slice, said(one), str(one.prompts), one.note or ""] for one in found.figures]
    show_rows(["prompts of", "share [interval]", "prompts", "note"], rows)
    show_line(f"by {found.voters} who gave a name; above 0.5 they prefer it", style="dim")
