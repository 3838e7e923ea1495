"""The tables as a page for people, written from their declarations."""

from __future__ import annotations

from lakehouse.declaration import Column, Table
from lakehouse.tables import TABLES

LAYERS = {
    "bronze": "What arrived.",
    "silver": "What was cleaned, deduplicated and decided upon.",
    "gold": "Candidates, scores, examples, models and decisions.",
    "ledger": "What ran, what it cost and what it refused.",
}


def tables_page() -> str:
    """Every table and column, as Markdown."""
    sections = [_layer(layer, meaning) for layer, meaning in LAYERS.items()]
    begin = "# Tables\n\nWritten by `lakewheel tables --markdown` from the declarations in `lakehouse/`.\n"
    return "\n".join([begin, *sections])


def _layer(layer: str, meaning: str) -> str:
    tables = [_table(table) for table in TABLES.values() if table.layer == layer]
    return "\n".join([f"## {layer.capitalize()}\n\n{meaning}\n", *tables])


def _table(table: Table) -> str:
    rows = [_row(column, table) for column in table.columns]
    checks = [f"- check `{name}`: `{check}`" for name, check in table.checks.items()]
    head = f"### {table.name}\n\n{table.meaning}\n\n| column | type | meaning |\n| --- | --- | --- |"
    notes = [f"- key: {', '.join(f'`{name}`' for name in table.key)}", *checks, *_marks(table)]
    return "\n".join([head, *rows, "", *notes, ""])


def _row(column: Column, table: Table) -> str:
    name = f"**{column.name}**" if column.name in table.key else column.name
    may_be_null = "" if column.required else ", may be null"
    refers = f" Refers to `{column.refers}`." if column.refers else ""
    return f"| {name} | `{column.type}`{may_be_null} | {column.meaning}{refers} |"


def _marks(table: Table) -> list[str]:
    marks = {
        f"clustered by {', '.join(f'`{name}`' for name in table.cluster)}": bool(table.cluster),
        "its changes can be read (change data feed)": table.change_feed,
        "kept when a person is erased": table.kept_on_erasure,
    }
    return [f"- {mark}" for mark, holds in marks.items() if holds]
