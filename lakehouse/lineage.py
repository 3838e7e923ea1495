"""Lineage: from any id, everything it came from and everything that was made from it, with runs and Delta versions.

It walks the references that the tables declare, so a new table is part of it as soon as it is declared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lakehouse.asking import Asker, Row
from lakehouse.declaration import Column, Table
from lakehouse.tables import TABLES, references, referrers


class UnknownId(LookupError):
    """An id that no table has."""


@dataclass(frozen=True)
class Relatives:
    """The rows of one table that are related to the start, and the runs that wrote them."""

    table: str
    ids: tuple[str, ...]
    runs: tuple[Row, ...]


@dataclass(frozen=True)
class Lineage:
    """One id, where it lives, and its relatives both ways."""

    id: str
    table: str
    run_id: str | None
    run: Row | None
    """The run that wrote it; None where that run died before the ledger heard of it."""
    came_from: tuple[Relatives, ...]
    made_into: tuple[Relatives, ...]


Found = dict[str, dict[str, str]]
"""Table name -> id -> the run that wrote it."""
Hop = Callable[[Asker, Table, set[str]], Iterator[tuple[Table, Column, set[str]]]]


def lineage_of(asker: Asker, id: str) -> Lineage:
    """Everything that is known about where an id came from and what it became."""
    table, run_id = _locate(asker, id)
    above = _walk(asker, table, id, _parents)
    below = _walk(asker, table, id, _children)
    run = _runs(asker, {run_id}) if run_id else ()
    return Lineage(id, table.name, run_id, run[0] if run else None, _relatives(asker, above), _relatives(asker, below))


def _locate(asker: Asker, id: str) -> tuple[Table, str | None]:
    for table in TABLES.values():
        rows = _rows_with(asker, table, table[table.key[0]], {id})
        if rows:
            return table, rows[0]["run_id"]
    raise UnknownId(
        f"no table has a row with the id `{id}`. Expected the whole id of a request, prompt, candidate, model or other "
        'row; find it with, for instance, `lakewheel sql "SELECT request_id FROM requests LIMIT 5"`.'
    )


def _walk(asker: Asker, table: Table, id: str, hop: Hop) -> Found:
    found: Found = defaultdict(dict)
    frontier: dict[str, set[str]] = {table.name: {id}}
    seen = {(table.name, id)}
    while frontier:
        ahead: dict[str, set[str]] = defaultdict(set)
        for name, ids in frontier.items():
            for target, column, named in hop(asker, TABLES[name], ids):
                for row in _rows_with(asker, target, column, named):
                    key = row[target.key[0]]
                    if (target.name, key) not in seen:
                        seen.add((target.name, key))
                        found[target.name][key] = row["run_id"]
                        ahead[target.name].add(key)
        frontier = ahead
    return found


def _parents(asker: Asker, table: Table, ids: set[str]) -> Iterator[tuple[Table, Column, set[str]]]:
    columns = [(column, target) for column, target in references(table) if target.layer != "ledger"]
    if not columns:
        return
    rows = asker.rows_naming(table.name, [column.name for column, _ in columns], table[table.key[0]], ids)
    for column, target in columns:
        named = {one for row in rows for one in _each(row[column.name])}
        yield target, target[target.key[0]], named


def _children(asker: Asker, table: Table, ids: set[str]) -> Iterator[tuple[Table, Column, set[str]]]:
    """Beyond a model only models and verdicts are followed: nearly everything later was made with some model."""
    for child, column in referrers(table):
        if child.layer != "ledger" and (child.kept_on_erasure or not table.kept_on_erasure):
            yield child, column, ids


def _rows_with(asker: Asker, table: Table, column: Column, ids: set[str]) -> list[Row]:
    return asker.rows_naming(table.name, [table.key[0], "run_id"], column, ids)


def _relatives(asker: Asker, found: Found) -> tuple[Relatives, ...]:
    return tuple(
        Relatives(name, tuple(sorted(found[name])), _runs(asker, set(found[name].values())))
        for name in TABLES
        if name in found
    )


def _runs(asker: Asker, run_ids: set[str]) -> tuple[Row, ...]:
    table = TABLES["runs"]
    wanted = ["run_id", "step", "round", "inputs", "outputs", "started_at"]
    return tuple(asker.rows_naming("runs", wanted, table["run_id"], run_ids))


def _each(value: Any) -> list[str]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]
