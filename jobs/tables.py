"""The doors `tables` and `history`: what there is, what each column means, and what was done to a table when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.options import Asked, asked_of
from jobs.showing import moment, show_json, show_line, show_rows, size

if TYPE_CHECKING:
    from lakehouse.declaration import Table
    from lakehouse.inventory import Commit, Standing


def standings(asked: Asked, names: tuple[str, ...] = ()) -> list[Standing]:
    """How the named tables stand, or all of them."""
    from lakehouse.inventory import inventory, inventory_by_spark

    if asked.place.is_local:
        return inventory(asked.place, names)
    return inventory_by_spark(asked.open_lakehouse(), names)


def commits(asked: Asked, name: str, limit: int | None = None) -> list[Commit]:
    """The versions of a table, the latest first."""
    from lakehouse.inventory import history, history_by_spark

    if asked.place.is_local:
        return history(asked.place, name, limit)
    return history_by_spark(asked.open_lakehouse(), name, limit)


def tables(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="One table, to see its columns.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print every declaration as a Markdown page.")] = False,
) -> None:
    """List the tables, or the columns of one with what they mean.

    Examples:

        lakewheel tables

        lakewheel tables requests
    """
    if markdown:
        from lakehouse.glossary import tables_page

        print(tables_page(), end="")
        return
    asked = asked_of(context)
    found = standings(asked, (name,) if name else ())
    if asked.as_json:
        described = [_as_object(one) for one in found]
        show_json(described[0] if name else described)
    elif name:
        _show_one(found[0])
    else:
        _show_all(found, asked)


def history(
    context: typer.Context,
    table: Annotated[str, typer.Argument(help="Whose versions to list.")],
    limit: Annotated[int, typer.Option(min=0, help="Versions to list; 0 for all.")] = 20,
) -> None:
    """List the versions of a table: when each was committed, by what, how many rows it wrote, and for which run.

    Examples:

        lakewheel history requests

        lakewheel sql "SELECT step, status, rows_new FROM runs WHERE run_id = '...'"
    """
    asked = asked_of(context)
    found = commits(asked, table, limit or None)
    if asked.as_json:
        show_json([vars(one) | {"committed_at": one.committed_at.isoformat()} for one in found])
    else:
        rows = [[one.version, moment(one.committed_at), one.operation, one.rows, one.run_id] for one in found]
        show_rows(["version", "committed (UTC)", "operation", "rows", "run"], rows, right=["version", "rows"])


def _show_all(found: list[Standing], asked: Asked) -> None:
    rows = [
        [one.table.layer, one.table.name, one.rows, one.version, size(one.bytes), moment(one.written_at)]
        for one in found
        if one.is_made
    ]
    if rows:
        show_rows(["layer", "table", "rows", "version", "size", "last commit (UTC)"], rows, ["rows", "version", "size"])
    missing = [one.table.name for one in found if not one.is_made]
    if missing:
        show_line(f"not made yet: {', '.join(missing)}")
    show_line(f"in {asked.place.home.folder if asked.place.is_local else asked.place.schema}", style="dim")


def _show_one(one: Standing) -> None:
    table = one.table
    show_line(f"{table.name} ({table.layer}): {table.meaning}", style="bold")
    state = f"version {one.version}, {one.rows} rows, {size(one.bytes)}, last commit {moment(one.written_at)} UTC"
    show_line(state if one.is_made else "not made yet")
    rows = [
        [column.name, column.type, "required" if column.required else "", _meaning(column.meaning, column.refers)]
        for column in table.columns
    ]
    show_rows(["column", "type", "", "meaning"], rows)
    show_line(f"key: {', '.join(table.key)}")
    for name, check in table.checks.items():
        show_line(f"check {name}: {check}")


def _meaning(sentence: str, refers: str | None) -> str:
    return f"{sentence} -> {refers}" if refers else sentence


def _as_object(one: Standing) -> dict[str, Any]:
    return _declared(one.table) | {
        "version": one.version,
        "rows": one.rows,
        "bytes": one.bytes,
        "written_at": one.written_at.isoformat() if one.written_at else None,
    }


def _declared(table: Table) -> dict[str, Any]:
    return {
        "table": table.name,
        "layer": table.layer,
        "meaning": table.meaning,
        "key": table.key,
        "checks": table.checks,
        "columns": [vars(column) for column in table.columns],
    }
