"""The door `lineage`: where a model, a candidate or a prompt came from, and what was made of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.options import Asked, asked_of
from jobs.showing import show_json, show_line

if TYPE_CHECKING:
    from lakehouse.asking import Asker, Row
    from lakehouse.lineage import Lineage, Relatives

IDS_ON_A_LINE = 3


def asker(asked: Asked) -> Asker:
    """DuckDB for local tables, Spark for a catalog."""
    from lakehouse.asking import duckdb_asker, spark_asker

    return duckdb_asker(asked.place) if asked.place.is_local else spark_asker(asked.open_lakehouse())


def lineage(context: typer.Context, id: Annotated[str, typer.Argument(help="The id of any row or model.")]) -> None:
    """Walk from a model, a candidate, a prompt or any other row to all it came from and all that was made from it.

    Example:

        lakewheel lineage 2f6c1f0e9b7d4c55a1b2c3d4e5f60718
    """
    from lakehouse.lineage import lineage_of

    asked = asked_of(context)
    found = lineage_of(asker(asked), id)
    if asked.as_json:
        show_json(asdict(found))
    else:
        _show(found)


def _show(found: Lineage) -> None:
    show_line(f"{found.id} is a row of {found.table}", style="bold")
    if found.run:
        show_line(f"  written by {_run(found.run)}")
    elif found.run_id:
        show_line(f"  written by {found.run_id}, a run that died before it reached the ledger: see `lakewheel history`")
    for title, relatives in (("came from", found.came_from), ("was made into", found.made_into)):
        show_line(title if relatives else f"{title} nothing that the tables know of", style="bold")
        for one in relatives:
            _show_relatives(one)


def _show_relatives(one: Relatives) -> None:
    some = ", ".join(one.ids[:IDS_ON_A_LINE])
    more = f" and {len(one.ids) - IDS_ON_A_LINE} more" if len(one.ids) > IDS_ON_A_LINE else ""
    show_line(f"  {one.table}: {len(one.ids)} ({some}{more})")
    for run in one.runs:
        show_line(f"    written by {_run(run)}", style="dim")


def _run(run: Row) -> str:
    round = f", round {run['round']}" if run["round"] is not None else ""
    return f"{run['step']} {run['run_id']}{round}: read {_versions(run['inputs'])}, wrote {_versions(run['outputs'])}"


def _versions(versions: dict[str, int]) -> str:
    return ", ".join(f"{table} at version {version}" for table, version in versions.items()) or "no table"
