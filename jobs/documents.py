"""The door `documents take`: files of many formats become rows of the table documents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.options import EVERYWHERE, Asked, asked_of
from jobs.showing import working
from jobs.take import Again, documents, redactor_of, show_taken

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse
    from pipelines.documents.take import Collection
    from pipelines.taking import Taken

__all__ = ["documents", "documents_taken", "take_documents_door"]


def documents_taken(
    asked: Asked, lakehouse: Lakehouse, paths: Sequence[Path | str], collection: Collection, again: bool = False
) -> Taken:
    """Documents below the paths, redacted, into the table documents."""
    from lakehouse.provenance import provenance_of
    from pipelines.documents.take import take_documents

    provenance, section = provenance_of(asked.resolved), asked.resolved.settings.documents
    return take_documents(lakehouse, paths, collection, section, redactor_of(asked), provenance, again=again)


@documents.command("take", epilog=EVERYWHERE)
def take_documents_door(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(help="Files, folders, or addresses such as s3://bucket/folder.")],
    source: Annotated[str, typer.Option(help="Name of the collection that they belong to.")] = "files",
    licence: Annotated[
        str | None,
        typer.Option(metavar="SPDX", help="Their licence, such as CC-BY-SA-4.0, where a file does not say its own."),
    ] = None,
    again: Again = False,
) -> None:
    """Take documents in: text, Markdown, HTML, PDF, DOCX, JSON Lines, CSV, Parquet, WARC, WET and MediaWiki dumps.

    Each may be compressed as .gz, .bz2, .xz or .zst. The settings under documents.columns say which field holds what.

    Examples:

        lakewheel documents take handbook/ --source handbook

        lakewheel documents take enwiki-pages-articles.xml.bz2 --source wikipedia --licence CC-BY-SA-4.0
    """
    from pipelines.documents.reading.licences import checked_licence
    from pipelines.documents.take import STEP, Collection, reading_of
    from pipelines.files import look_under
    from pipelines.taking import nothing_new

    asked = asked_of(context)
    settings, collection = asked.resolved.settings, Collection(source, checked_licence(licence))
    reading, found = reading_of(collection, settings.documents, settings.redaction), look_under(paths)
    taken = None if again else nothing_new(reading, found, asked.place)
    if taken is None:
        lakehouse = asked.open_lakehouse()
        with working("reading documents"):
            taken = documents_taken(asked, lakehouse, paths, collection, again)
    show_taken(asked, taken, "documents", STEP)
