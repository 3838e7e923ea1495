"""The door `judge calibrate`: from rated answers to a judge whose scores mean something, and how much."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.options import EVERYWHERE, Asked, asked_of
from jobs.showing import show_json, show_line, working
from jobs.take import ratings_taken

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse
    from pipelines.reward.calibration.step import Calibration

judge = typer.Typer(help="Calibrate language models that judge answers.", no_args_is_help=True)


@judge.callback()
def judges() -> None:
    """Calibrate language models that judge answers."""


@judge.command("calibrate", epilog=EVERYWHERE)
def calibrate_door(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The judge, as the settings under `judges` name it.")],
    ratings: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Rated answers; those that were taken in if not said.")
    ] = None,
) -> None:
    """Fit a judge's scores to people's ratings, choose what it is shown, and say how far it can be trusted.

    A line of the file is an object with workload, prompt, answer, rating (1 to 5), and if known reason and rater; it is
    taken in as by `ratings take`.

    Examples:

        lakewheel judge calibrate helpful --ratings five.jsonl

        lakewheel judge calibrate helpful
    """
    asked = asked_of(context)
    found = judge_calibrated(asked, asked.open_lakehouse(), name, ratings)
    if asked.as_json:
        wanted = found.wanted
        row = found.row | {"calibrated_at": found.row["calibrated_at"].isoformat()}
        return show_json(row | {"rate_next": wanted.unrated.candidate_id if wanted else None})
    for line in found.lines:
        show_line(line)
    return None


def judge_calibrated(asked: Asked, lakehouse: Lakehouse, name: str, ratings: Path | None = None) -> Calibration:
    """A calibration of the judge, stored; from the ratings of a file, or from all that the judge applies to."""
    from lakehouse.provenance import provenance_of
    from pipelines.reward.calibration.step import calibrate
    from pipelines.score.judges.means import means_of

    settings = asked.resolved.settings
    with working("looking for the model"):
        means = means_of(name, settings, asked.home)
    rating_ids = _ids_taken(asked, lakehouse, ratings) if ratings else None
    with working(f"hearing {name}"):
        return calibrate(
            lakehouse, means, settings.calibration, settings.tracking, provenance_of(asked.resolved), rating_ids
        )


def _ids_taken(asked: Asked, lakehouse: Lakehouse, file: Path) -> list[str]:
    """Take the file in, and say which ratings of the table it holds."""
    from pipelines.feedback.ratings import rating_ids_in
    from pipelines.feedback.statements import Clerk
    from pipelines.redaction import Redactor

    with working("reading ratings"):
        ratings_taken(asked, lakehouse, [file])
    return rating_ids_in([file], Clerk(Redactor(asked.resolved.settings.redaction), asked.subject_key))
