"""The door `sql`: any query that reads, answered without Spark where the tables are local."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from jobs.options import Asked, asked_of
from jobs.showing import show_csv, show_json, show_line, show_rows

if TYPE_CHECKING:
    import pyarrow

ROWS_ON_A_SCREEN = 100
Format = Literal["table", "csv", "json"]
Engine = Literal["auto", "duckdb", "spark"]


def answer(asked: Asked, query: str, engine: Engine = "auto", limit: int | None = None) -> pyarrow.Table:
    """What a query comes to; DuckDB reads local tables, Spark those of a catalog."""
    if engine == "duckdb" or (engine == "auto" and asked.place.is_local):
        from lakehouse.query.duckdb_engine import ask

        return ask(asked.place, query, limit)
    from lakehouse.query.spark_engine import ask_spark

    return ask_spark(asked.open_lakehouse(), query, limit)


def rows_for(asked: Asked, query: str) -> list[dict[str, Any]]:
    """What a query of ours comes to, row by row."""
    from lakehouse.query.values import plain_rows

    found = answer(asked, query)
    return [dict(zip(found.column_names, row, strict=True)) for row in plain_rows(found)]


def sql(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="One statement that reads; - reads it from standard input.")],
    format: Annotated[Format, typer.Option(help="How to print the answer.")] = "table",
    engine: Annotated[Engine, typer.Option(help="auto is DuckDB for local tables, and Spark for a catalog.")] = "auto",
    limit: Annotated[
        int | None, typer.Option(min=0, help=f"Rows to print; 0 for all. A table shows {ROWS_ON_A_SCREEN}.")
    ] = None,
) -> None:
    """Ask the tables anything that only reads, and their past with VERSION AS OF or TIMESTAMP AS OF.

    Examples:

        lakewheel sql "SELECT workload, count(*) FROM requests GROUP BY workload"

        lakewheel sql "SELECT * FROM rejections VERSION AS OF 1" --format csv
    """
    from lakehouse.query.values import plain_rows

    asked = asked_of(context)
    chosen: Format = "json" if asked.as_json else format
    wanted = ROWS_ON_A_SCREEN if limit is None and chosen == "table" else limit or None
    text = sys.stdin.read() if query == "-" else query
    found = answer(asked, text, engine, wanted + 1 if wanted else None)
    rows = plain_rows(found)
    show_answer(chosen, found.column_names, rows[:wanted], has_more=wanted is not None and len(rows) > wanted)


def show_answer(format: Format, names: list[str], rows: list[list[Any]], has_more: bool) -> None:
    """In one of the three forms; a person is told when there is more."""
    if format == "json":
        show_json([dict(zip(names, row, strict=True)) for row in rows])
    elif format == "csv":
        show_csv(names, rows)
    else:
        if rows:
            show_rows(names, rows)
        more = "; there are more, --limit 0 shows all" if has_more else ""
        show_line(f"{len(rows)} row{'s' * (len(rows) != 1)}{more}", style="dim")
