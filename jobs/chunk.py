"""The door `documents chunk`: passages for retrieval, in step with the documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jobs.options import Asked, asked_of
from jobs.showing import counted, growing_line, show_json, show_line

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse
    from pipelines.documents.chunks.step import Chunked


def chunk(
    context: typer.Context,
    embed: Annotated[bool, typer.Option(help="Embed the passages, too.")] = True,
) -> None:
    """Cut kept documents into passages, embed those that are new, and delete those whose document is gone or changed.

    Examples:

        lakewheel documents chunk
        lakewheel documents chunk --no-embed
    """
    asked = asked_of(context)
    found = documents_chunked(asked, asked.open_lakehouse(), embed)
    return show_json(vars(found)) if asked.as_json else show_line(said_of(found))


def documents_chunked(asked: Asked, lakehouse: Lakehouse, embed: bool = True) -> Chunked:
    """Passages in the table chunks, with a line that grows while they are embedded."""
    from lakehouse.provenance import provenance_of
    from pipelines.documents.chunks.step import Bench, chunk_documents

    settings = asked.resolved.settings
    bench = Bench(settings.chunks, settings.quality, settings.ray, embed)
    with growing_line("chunks: cutting documents") as grow:
        return chunk_documents(
            lakehouse,
            bench,
            provenance_of(asked.resolved),
            watch=lambda done: grow(f"chunks: {counted(done, 'passage')} embedded"),
        )


def said_of(found: Chunked) -> str:
    """What came of it, in one line."""
    if not (found.cut or found.embedded or found.stale):
        return f"chunks: nothing new in {counted(found.documents, 'document')}; {found.unembedded} without a vector"
    given_up = f", {found.given_up} given up" if found.given_up else ""
    return (
        f"chunks: {found.cut} cut, {found.embedded} embedded{given_up}, {found.stale} stale ones deleted; "
        f"{counted(found.documents, 'document')} kept, {found.unembedded} without a vector"
    )
