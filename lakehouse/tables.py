"""Every table of the lakehouse, by its bare name; nothing else spells a schema."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from lakehouse.bronze import BRONZE
from lakehouse.declaration import ANY_TABLE, Column, Table
from lakehouse.gold import GOLD
from lakehouse.ledger import LEDGER
from lakehouse.silver import SILVER

TABLES: dict[str, Table] = {table.name: table for table in (*BRONZE, *SILVER, *GOLD, *LEDGER)}


class UnknownTable(LookupError):
    """A name that no table has."""


def table_named(name: str) -> Table:
    """The declaration of one table, or an error that suggests the near name."""
    if name in TABLES:
        return TABLES[name]
    near = get_close_matches(name.lower(), TABLES, n=1, cutoff=0.5)
    suggestion = f" Did you mean `{near[0]}`?" if near else ""
    raise UnknownTable(f"there is no table `{name}`.{suggestion} The tables are: {', '.join(TABLES)}.")


def references(of: Table) -> Iterator[tuple[Column, Table]]:
    """Columns of a table that name rows of another one, with that other table."""
    for column in of.columns:
        if column.refers and column.refers != ANY_TABLE:
            yield column, TABLES[column.refers]


def referrers(to: Table) -> Iterator[tuple[Table, Column]]:
    """Tables that name rows of this one, with the column that does; `any` counts for every table but the ledger."""
    for table in TABLES.values():
        for column in table.columns:
            names_it = column.refers == to.name or (column.refers == ANY_TABLE and to.layer != "ledger")
            if names_it:
                yield table, column
