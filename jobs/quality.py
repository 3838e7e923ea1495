"""The door `documents quality`: a classifier that knows good documents, and the scores that it gives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.options import EVERYWHERE, Asked, asked_of
from jobs.showing import counted, show_json, show_line, working

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse
    from pipelines.documents.quality.score import Scored
    from pipelines.documents.quality.train import Trained

quality = typer.Typer(help="Tell good documents from the rest, and score all of them.", no_args_is_help=True)


@quality.command("train", epilog=EVERYWHERE)
def train_door(
    context: typer.Context,
    positive: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A collection of good documents; may be repeated.")
    ] = None,
    positive_list: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Good documents, one on a line: an id, a file of a collection, an address."),
    ] = None,
) -> None:
    """Train a classifier that tells good documents from all others that are kept.

    Examples:

        lakewheel documents quality train --positive references
        lakewheel documents quality train --positive-list cited.txt
    """
    asked = asked_of(context)
    found = quality_trained(asked, asked.open_lakehouse(), positive or [], positive_list)
    return show_json(vars(found)) if asked.as_json else show_line(said_of_training(found))


@quality.command("score", epilog=EVERYWHERE)
def score_door(
    context: typer.Context,
    policy: Annotated[str | None, typer.Option(metavar="ID", help="The classifier; the newest if not said.")] = None,
) -> None:
    """Score every kept document that the classifier has not scored yet.

    Examples:

        lakewheel documents quality score
        lakewheel documents quality score --set quality.cut.by=percentile --set quality.cut.at=0.9
    """
    asked = asked_of(context)
    found = quality_scored(asked, asked.open_lakehouse(), policy)
    return show_json(vars(found)) if asked.as_json else show_line(said_of_scoring(found))


def quality_trained(asked: Asked, lakehouse: Lakehouse, sources: list[str], file: Path | None = None) -> Trained:
    """A classifier as a policy and in MLflow."""
    from lakehouse.provenance import provenance_of
    from pipelines.documents.quality.material import positives_of
    from pipelines.documents.quality.train import train_quality

    settings = asked.resolved.settings
    with working("learning what good documents look like"):
        return train_quality(
            lakehouse,
            settings.quality,
            settings.tracking,
            positives_of(sources, file),
            provenance_of(asked.resolved),
        )


def quality_scored(asked: Asked, lakehouse: Lakehouse, policy_id: str | None = None) -> Scored:
    """Scores in the table documents."""
    from lakehouse.provenance import provenance_of
    from pipelines.documents.quality.score import score_quality

    with working("scoring documents"):
        return score_quality(lakehouse, asked.resolved.settings.quality, provenance_of(asked.resolved), policy_id)


def said_of_training(found: Trained) -> str:
    """What came of it, in one line."""
    if not found.is_new:
        return f"quality: nothing new: {found.policy_id} was trained on these documents"
    kept = "no score reaches the wanted precision" if found.threshold is None else f"kept from {found.threshold:.3f} on"
    return (
        f"quality: {found.policy_id} from {found.good} good documents and {found.rest} of the rest; average precision "
        f"{found.average_precision:.3f} on {found.held_out} held out; {kept}"
    )


def said_of_scoring(found: Scored) -> str:
    """What came of it, in one line."""
    return (
        f"quality: {counted(found.scored, 'document')} scored by {found.policy_id}; {found.kept} kept, {found.below} "
        f"below {found.threshold:.3f}"
    )
