"""The door `upkeep`: compact small files, and remove the ones that no readable version needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jobs.options import Asked, asked_of
from jobs.showing import show_json, show_rows, working

if TYPE_CHECKING:
    from lakehouse.upkeep import Tidied


def tidy(asked: Asked, names: list[str], keep_hours: int | None = None) -> list[Tidied]:
    """Optimize and vacuum the named tables, or all that are there."""
    from lakehouse.tables import TABLES, table_named
    from lakehouse.upkeep import check_floor, optimize, vacuum

    settings = asked.resolved.settings.upkeep
    hours = settings.vacuum_floor_hours if keep_hours is None else keep_hours
    check_floor(settings, hours)
    wanted = [table_named(name).name for name in names] or list(TABLES)
    lakehouse = asked.open_lakehouse()
    tidied = []
    for name in filter(lakehouse.exists, wanted):
        with working(f"tidying {name}"):
            tidied.append(optimize(lakehouse, name, settings))
            vacuum(lakehouse, name, hours)
    return tidied


def upkeep(
    context: typer.Context,
    table: Annotated[list[str] | None, typer.Argument(help="Tables to tidy; all where none is named.")] = None,
    keep_hours: Annotated[
        int | None, typer.Option(help="Hours of the past that stay readable; not below upkeep.vacuum_floor_hours.")
    ] = None,
) -> None:
    """Compact small files and remove old ones; no row changes.

    Example:

        lakewheel upkeep requests --keep-hours 336
    """
    asked = asked_of(context)
    tidied = tidy(asked, table or [], keep_hours)
    if asked.as_json:
        show_json([vars(one) for one in tidied])
    else:
        rows = [[one.table, one.files_before, one.files_after] for one in tidied]
        show_rows(["table", "files before", "files after"], rows, right=["files before", "files after"])
