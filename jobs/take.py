"""The doors `prompts take` and `ratings take`, and what all that take say: what people have becomes rows of tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.options import EVERYWHERE, Asked, asked_of
from jobs.select import prompts_selected, said_of_selection
from jobs.showing import counted, show_json, show_line, working

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse
    from pipelines.redaction import Redactor
    from pipelines.taking import Taken

Paths = Annotated[list[Path], typer.Argument(help="Files, or folders whose files are taken.")]
NOTHING: Mapping[str, dict[str, Any]] = MappingProxyType({})
Again = Annotated[bool, typer.Option("--again", help="Read everything, also what was taken before.")]

documents = typer.Typer(help="Bring documents in.", no_args_is_help=True)
prompts = typer.Typer(help="Bring in the requests that an application logged.", no_args_is_help=True)
ratings = typer.Typer(help="Bring in answers that people rated.", no_args_is_help=True)


def requests_taken(
    asked: Asked,
    lakehouse: Lakehouse,
    paths: list[Path],
    tables: list[str] | None = None,
    traces: str | None = None,
    again: bool = False,
) -> Taken:
    """Logged requests, redacted and pseudonymised, into the table requests."""
    from lakehouse.provenance import provenance_of
    from lakehouse.tracking import tracking_uri
    from pipelines.prompts.take import Experiment, take_requests

    settings = asked.resolved.settings
    return take_requests(
        lakehouse,
        paths,
        settings.prompts,
        redactor_of(asked),
        asked.subject_key,
        provenance_of(asked.resolved),
        tables=tables or (),
        experiment=Experiment(tracking_uri(settings.tracking, asked.home), traces) if traces else None,
        again=again,
    )


def ratings_taken(asked: Asked, lakehouse: Lakehouse, paths: list[Path], again: bool = False) -> Taken:
    """Rated answers below the paths, redacted and pseudonymised, into the table ratings."""
    from lakehouse.provenance import provenance_of
    from pipelines.feedback.ratings import take_ratings

    provenance = provenance_of(asked.resolved)
    return take_ratings(lakehouse, paths, redactor_of(asked), asked.subject_key, provenance, again=again)


@prompts.command("take", epilog=EVERYWHERE)
def take_prompts_door(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Log files, folders of them, or folders of Delta tables.")
    ] = None,
    table: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A Databricks inference table; may be repeated.")
    ] = None,
    traces: Annotated[
        str | None, typer.Option(metavar="EXPERIMENT", help="Take the traces of this MLflow experiment.")
    ] = None,
    again: Again = False,
    select: Annotated[bool, typer.Option(help="Select prompts from them at once.")] = True,
) -> None:
    """Take logged requests in: OpenAI-style JSON Lines, CSV, TSV, Parquet, inference tables, MLflow traces.

    A line of JSON is an object with messages (a list of role and content), and if known id, user, model, created,
    choices, and metadata with workload and feedback (up or down). For CSV, TSV and Parquet the settings under
    prompts.columns say which column holds what. Other fields are kept in the column extra.

    Examples:

        lakewheel prompts take logs/

        lakewheel prompts take --table main.serving.assistant_payload --conf prod

        lakewheel prompts take --traces prototype
    """
    from pipelines.files import Found, NothingToTake, look_under
    from pipelines.prompts.take import STEP, reading_of
    from pipelines.taking import nothing_new

    asked = asked_of(context)
    named, tables = paths or [], table or []
    if not named and not tables and not traces:
        raise NothingToTake("expected something to take, and nothing was named. Name a path, --table or --traces.")
    settings = asked.resolved.settings
    found = look_under(named, with_tables=True) if named else Found(())
    taken = None
    if not (again or tables or traces):
        taken = nothing_new(reading_of(settings.prompts, settings.redaction), found, asked.place)
    lakehouse = None
    if taken is None:
        lakehouse = asked.open_lakehouse()
        with working("reading logged requests"):
            taken = requests_taken(asked, lakehouse, named, tables, traces, again)
    with working("selecting prompts"):
        selected = prompts_selected(asked, lakehouse) if select else None
    show_taken(asked, taken, "requests", STEP, {"prompts": vars(selected)} if selected else {})
    if selected and not asked.as_json:
        show_line(said_of_selection(selected))


@ratings.command("take", epilog=EVERYWHERE)
def take_ratings_door(context: typer.Context, paths: Paths, again: Again = False) -> None:
    """Take rated answers in: JSON Lines with workload, prompt, answer, rating (1 to 5), and if known reason and rater.

    With gold: true an answer is known to be right, and needs no rating.

    Example:

        lakewheel ratings take ratings.jsonl
    """
    from pipelines.feedback.ratings import STEP, reading_of
    from pipelines.files import look_under
    from pipelines.taking import nothing_new

    asked = asked_of(context)
    reading, found = reading_of(asked.resolved.settings.redaction), look_under(paths)
    taken = None if again else nothing_new(reading, found, asked.place)
    if taken is None:
        lakehouse = asked.open_lakehouse()
        with working("reading ratings"):
            taken = ratings_taken(asked, lakehouse, paths, again)
    show_taken(asked, taken, "ratings", STEP)


def show_taken(asked: Asked, taken: Taken, table: str, step: str, more: Mapping[str, dict[str, Any]] = NOTHING) -> None:
    """One line for a person, an object for a program, with what further steps came to."""
    if asked.as_json:
        show_json({"table": table, **vars(taken), **more})
        return
    show_line(said_of(taken, table))
    if taken.rejected:
        home = f"--home {asked.home_folder} " if asked.home_folder else ""
        query = f"SELECT reason, detail, source_file, source_line FROM rejections WHERE step = '{step}'"
        show_line(f'why: lakewheel {home}sql "{query}"', style="dim")


def said_of(taken: Taken, table: str) -> str:
    """What came of it, in one line."""
    passed_over = f"; {taken.passed_over} passed over: hidden, or links" if taken.passed_over else ""
    if not taken.files:
        were = "was" if taken.known == 1 else "were"
        return f"{table}: nothing new: {counted(taken.known, 'file')} {were} taken before{passed_over}"
    known = f"; {counted(taken.known, 'file')} taken before" if taken.known else ""
    return (
        f"{table}: {taken.pieces} found in {counted(taken.files, 'source')}, {taken.new} new, "
        f"{taken.rows - taken.new} already there, {taken.rejected} refused{known}{passed_over}"
    )


def redactor_of(asked: Asked) -> Redactor:
    """What replaces personal data, as the settings say."""
    from pipelines.redaction import Redactor

    return Redactor(asked.resolved.settings.redaction)
