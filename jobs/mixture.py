"""The door `mixture`: what a model would read of the documents, and the same as a sealed set."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.options import Asked, asked_of
from jobs.showing import counted, show_json, show_line, show_rows, working
from jobs.tune import model_to_tune, recipe_of

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse
    from pipelines.documents.mixture.shown import Mixture

NAMES = ("source", "documents", "tokens", "there", "asked", "came", "epochs", "held out")


def mixture(
    context: typer.Context,
    to: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Pack and seal it there, with a manifest.")] = None,
    policy: Annotated[
        str | None, typer.Option(metavar="ID", help="The model that reads it; the base model if not said.")
    ] = None,
) -> None:
    """Show what a model reads that is tuned on documents: of each collection how much was asked for, and how much came.

    Examples:

        lakewheel mixture
        lakewheel mixture --set mixture.weights=shares --set 'mixture.sources.wiki={weight: 2.0, most_epochs: 3.0}'
        lakewheel mixture --to set/
    """
    asked = asked_of(context)
    found = mixture_of(asked, asked.open_lakehouse(), to, policy)
    if asked.as_json:
        return show_json(asdict(found))
    return show_mixture(found, to)


def mixture_of(asked: Asked, lakehouse: Lakehouse, to: Path | None = None, policy_id: str | None = None) -> Mixture:
    """What is in the mixture now; packed and sealed too, where a folder is named."""
    from lakehouse.provenance import provenance_of
    from pipelines.documents.mixture.shown import Target, mixture_in, seal_mixture
    from pipelines.tune.step import base_of

    settings = asked.resolved.settings
    with working("mixing documents"):
        target = Target(*base_of(model_to_tune(asked, lakehouse, policy_id)))
        if to is None:
            return mixture_in(lakehouse, settings.tune, recipe_of(asked), target)
        provenance = provenance_of(asked.resolved)
        return seal_mixture(lakehouse, settings.tune, recipe_of(asked), target, to, provenance)


def show_mixture(found: Mixture, to: Path | None) -> None:
    """A row for each collection, and a line about all."""
    rows = [
        [
            one.source,
            one.documents,
            one.tokens,
            one.tokens_there,
            f"{one.asked:.1%}",
            f"{one.came:.1%}",
            f"{one.epochs:.2f}",
            one.held_out,
        ]
        for one in found.ingredients
    ]
    show_rows(NAMES, rows, right=NAMES[1:])
    wanted = f" of {found.wanted} wanted" if found.wanted else ""
    show_line(f"mixture: {found.tokens} tokens{wanted}; {counted(found.left_out, 'document')} left out")
    if found.example_set_id:
        show_line(f"sealed as {found.example_set_id} in {to}")
