"""The doors `documents clean` and `documents funnel`: which documents are worth keeping, and how many that leaves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.options import Asked, asked_of
from jobs.showing import counted, show_json, show_line, show_rows, working

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse
    from pipelines.documents.cleaning.funnel import Funnel
    from pipelines.documents.cleaning.step import Cleaned

SHOWN = ("source", "stage", "reason", "documents", "words", "tokens")


def documents_cleaned(asked: Asked, lakehouse: Lakehouse) -> Cleaned:
    """Documents that were not cleaned under these settings, cleaned."""
    from lakehouse.provenance import provenance_of
    from pipelines.documents.cleaning.step import clean_documents

    settings = asked.resolved.settings
    with working("cleaning documents"):
        return clean_documents(lakehouse, settings.cleaning, settings.tracking, provenance_of(asked.resolved))


def clean(context: typer.Context) -> None:
    """Take idle lines out of documents, and mark those that the rules of Gopher and C4 drop.

    Examples:

        lakewheel documents clean

        lakewheel documents clean --set cleaning.lines.terminal_marks=null
    """
    asked = asked_of(context)
    found = documents_cleaned(asked, asked.open_lakehouse())
    if asked.as_json:
        return show_json(vars(found))
    show_line(said_of(found))
    if found.documents:
        show_line("where they went: lakewheel documents funnel", style="dim")
    return None


def funnel(
    context: typer.Context,
    plot: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it into this PNG file.")] = None,
    tokenizer: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Count tokens too, by the tokenizer of this model; it reads every text."),
    ] = None,
) -> None:
    """Show how many documents and words were found, which rule dropped how many, and what stayed, by source.

    Examples:

        lakewheel documents funnel --plot funnel.png
    """
    asked = asked_of(context)
    found = funnel_found(asked, tokenizer)
    if plot:
        from lakehouse.settled import settled
        from pipelines.documents.cleaning.funnel_picture import funnel_picture

        with settled(plot) as unfinished:
            unfinished.write_bytes(funnel_picture(found))
    if asked.as_json:
        return show_json([vars(one) for one in found.stages])
    if not found.stages:
        return show_line("funnel: no documents; `lakewheel documents take` brings some in")
    names = SHOWN if tokenizer else SHOWN[:-1]
    rows = [[getattr(one, name) for name in names] for one in found.stages]
    return show_rows(list(names), rows, right=("documents", "words", "tokens"))


def funnel_found(asked: Asked, tokenizer: Path | None = None) -> Funnel:
    """The funnel as the tables stand; local tables are read without Spark unless tokens or a classifier are asked."""
    from lakehouse.asking import duckdb_asker, spark_asker
    from pipelines.documents.cleaning.funnel import funnel_of
    from pipelines.documents.quality.cut import least_quality

    quality = asked.resolved.settings.quality
    if asked.place.is_local and tokenizer is None and quality.cut.by == "score":
        return funnel_of(duckdb_asker(asked.place), quality.cut.at or None)
    lakehouse = asked.open_lakehouse()
    least = least_quality(lakehouse, quality)
    if tokenizer is None or not lakehouse.exists("documents"):
        return funnel_of(spark_asker(lakehouse), least)
    from pipelines.documents.cleaning.funnel_tokens import token_counts

    with working("counting tokens"):
        return funnel_of(spark_asker(lakehouse), least, token_counts(lakehouse, tokenizer, least))


def said_of(found: Cleaned) -> str:
    """What came of it, in one line."""
    if not found.documents:
        were = "was" if found.known == 1 else "were"
        return f"documents: nothing to clean: {counted(found.known, 'document')} {were} cleaned under these settings"
    known = f"; {found.known} cleaned before" if found.known else ""
    stayed = found.documents - found.dropped
    return (
        f"documents: {found.documents} cleaned, {found.dropped} dropped, {stayed} stay, {found.shortened} of them "
        f"without some lines{known}"
    )
