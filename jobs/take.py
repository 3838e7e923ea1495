"""The doors `documents take` and `prompts take`: files in, tables out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.options import EVERYWHERE, Asked, asked_of
from jobs.showing import show_json, show_line, working

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse
    from pipelines.taking import Taken

Paths = Annotated[list[Path], typer.Argument(help="Files, or folders whose files are taken.")]

documents = typer.Typer(help="Bring documents in.", no_args_is_help=True)
prompts = typer.Typer(help="Bring in the requests that an application logged.", no_args_is_help=True)


def documents_taken(asked: Asked, lakehouse: Lakehouse, paths: list[Path], source: str) -> Taken:
    """Documents below the paths, redacted, into the table documents."""
    from lakehouse.provenance import provenance_of
    from pipelines.documents.take import take_documents
    from pipelines.redaction import Redactor

    settings = asked.resolved.settings
    redactor = Redactor(settings.redaction)
    return take_documents(lakehouse, paths, source, settings.documents, redactor, provenance_of(asked.resolved))


def requests_taken(asked: Asked, lakehouse: Lakehouse, paths: list[Path]) -> Taken:
    """Logged requests below the paths, redacted and pseudonymised, into the table requests."""
    from conf import resolve_secret
    from lakehouse.provenance import provenance_of
    from pipelines.prompts.take import take_requests
    from pipelines.redaction import Redactor

    settings = asked.resolved.settings
    key = resolve_secret(settings.privacy.subject_key, asked.home.folder, create=asked.place.is_local)
    redactor = Redactor(settings.redaction)
    return take_requests(lakehouse, paths, settings.prompts, redactor, key, provenance_of(asked.resolved))


@documents.command("take", epilog=EVERYWHERE)
def take_documents_door(
    context: typer.Context,
    paths: Paths,
    source: Annotated[str, typer.Option(help="Name of the collection that they belong to.")] = "files",
) -> None:
    """Take documents in: text, Markdown, HTML, PDF, JSON Lines, CSV; compressed or not.

    Example:

        lakewheel documents take handbook/ --source handbook
    """
    from pipelines.documents.take import STEP
    from pipelines.files import files_under

    asked = asked_of(context)
    files_under(paths)  # before Spark takes its seconds to start
    lakehouse = asked.open_lakehouse()
    with working("reading documents"):
        taken = documents_taken(asked, lakehouse, paths, source)
    show_taken(asked, taken, "documents", STEP)


@prompts.command("take", epilog=EVERYWHERE)
def take_prompts_door(context: typer.Context, paths: Paths) -> None:
    """Take logged requests in: OpenAI-style chat logs as JSON Lines, compressed or not.

    A line is an object with messages (a list of role and content), and if known id, user, model, created, choices, and
    metadata with workload and feedback (up or down). Other fields are kept in the column extra.

    Example:

        lakewheel prompts take logs/
    """
    from pipelines.files import files_under
    from pipelines.prompts.take import STEP

    asked = asked_of(context)
    files_under(paths)  # before Spark takes its seconds to start
    lakehouse = asked.open_lakehouse()
    with working("reading logged requests"):
        taken = requests_taken(asked, lakehouse, paths)
    show_taken(asked, taken, "requests", STEP)


def show_taken(asked: Asked, taken: Taken, table: str, step: str) -> None:
    """One line for a person, an object for a program."""
    if asked.as_json:
        show_json({"table": table} | vars(taken))
        return
    show_line(said_of(taken, table))
    if taken.rejected:
        home = f"--home {asked.home_folder} " if asked.home_folder else ""
        query = f"SELECT reason, detail, source_file, source_line FROM rejections WHERE step = '{step}'"
        show_line(f'why: lakewheel {home}sql "{query}"', style="dim")


def said_of(taken: Taken, table: str) -> str:
    """What came of it, in one line."""
    return (
        f"{table}: {taken.pieces} found in {taken.files} files, {taken.new} new, "
        f"{taken.rows - taken.new} already there, {taken.rejected} refused"
    )
