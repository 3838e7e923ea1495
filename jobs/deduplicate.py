"""The door `documents deduplicate`: of documents that are the same, or nearly so, one is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jobs.options import Asked, asked_of
from jobs.showing import counted, show_json, show_line, working

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse
    from pipelines.documents.duplicates.step import Deduplicated


def deduplicate(
    context: typer.Context,
    again: Annotated[bool, typer.Option("--again", help="Decide about every document anew.")] = False,
) -> None:
    """Keep one of documents that are the same, or the same but for a few words; the table duplicates names the others.

    New documents are compared with all earlier ones; what was decided about those stays until the settings change.

    Examples:

        lakewheel documents deduplicate
        lakewheel sql "SELECT survivor_id, count(*) FROM duplicates GROUP BY survivor_id"
    """
    asked = asked_of(context)
    lakehouse = asked.open_lakehouse()
    with working("looking for duplicates"):
        found = documents_deduplicated(asked, lakehouse, again)
    if asked.as_json:
        return show_json(vars(found))
    return show_line(said_of(found))


def documents_deduplicated(asked: Asked, lakehouse: Lakehouse, again: bool = False) -> Deduplicated:
    """Survivors of all documents that are not decided."""
    from lakehouse.provenance import provenance_of
    from pipelines.documents.duplicates.step import deduplicate_documents

    return deduplicate_documents(
        lakehouse, asked.resolved.settings.duplicates, provenance_of(asked.resolved), again=again
    )


def said_of(found: Deduplicated) -> str:
    """What came of it, in one line."""
    if not found.arrived:
        return "documents: nothing new: every document is decided"
    kept = found.arrived - found.exact - found.near
    shared = ""
    if found.shared_paragraphs:
        shared = f"; {counted(found.shared_paragraphs, 'paragraph')} of {found.shared_characters} characters shared"
    return (
        f"documents: {found.arrived} decided: {kept} kept, {found.exact} exact copies, {found.near} nearly the same"
        f"{shared}"
    )
