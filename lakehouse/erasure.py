"""What a person's erasure touches: their rows, all that derives from them, the models that saw it. It only plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from graphlib import TopologicalSorter

from lakehouse.asking import Asker, Row
from lakehouse.declaration import ANY_TABLE, Column, Table
from lakehouse.tables import TABLES, references


@dataclass(frozen=True)
class Doomed:
    """Rows of one table that must go or change because a column names these ids."""

    table: str
    column: str
    ids: tuple[str, ...]
    rows: int
    deed: str
    """delete the rows; trim: take the ids out of the array; clear: set the column to null."""


@dataclass(frozen=True)
class ErasurePlan:
    """Everything that an erasure would do, the most derived rows first."""

    doomed: tuple[Doomed, ...]
    models: tuple[str, ...]
    """Models trained on what goes, and models made from those; they stay, and a person decides about them."""
    prompts: tuple[str, ...]
    """Prompts that go, which MLflow may show too."""

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.doomed)


def plan_erasure(asker: Asker, subject_id: str) -> ErasurePlan:
    """What erasing this pseudonym comes to; after a kill half-way, what is left of it."""
    search = _Search(asker)
    for table in map(TABLES.__getitem__, _ancestors_first()):
        for column in table.subject_columns:
            search.delete_of_subject(table, column, subject_id)
        for column, parent in references(table):
            search.meet(table, column, search.gone[parent.name])
    everything = set().union(*search.gone.values())
    for table, column in _columns_naming_any():
        search.delete(table, column, everything)
    return ErasurePlan(
        tuple(reversed(search.doomed)),
        tuple(sorted(_trained_on(asker, search.gone["examples"]))),
        tuple(sorted(search.gone["prompts"])),
    )


def erasable_tables() -> list[str]:
    """Tables that an erasure may change, and whose old files must therefore go too."""
    return [name for name in _ancestors_first() if not TABLES[name].kept_on_erasure]


@dataclass
class _Search:
    asker: Asker
    gone: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    counted: set[tuple[str, ...]] = field(default_factory=set)
    doomed: list[Doomed] = field(default_factory=list)

    def meet(self, table: Table, column: Column, ids: set[str]) -> None:
        """One reference to rows that go: its row falls with them, or forgets them."""
        if column.refers == table.name:
            self._note(table, column, ids, self._naming(table, column, ids), "clear")
        elif column.shared:
            self._fall_or_trim(table, column, ids)
        else:
            self.delete(table, column, ids)

    def delete_of_subject(self, table: Table, column: Column, subject_id: str) -> None:
        """By the rows' own ids: what is deleted by stands in Delta's log, where no pseudonym may stay."""
        rows = self._naming(table, column, {subject_id})
        self.delete(table, table[table.key[0]], {row[table.key[0]] for row in rows})

    def delete(self, table: Table, column: Column, ids: Iterable[str]) -> None:
        rows = self._naming(table, column, ids)
        self.gone[table.name] |= {row[table.key[0]] for row in rows}
        self._note(table, column, ids, rows, "delete")

    def _fall_or_trim(self, table: Table, column: Column, ids: set[str]) -> None:
        rows = self._naming(table, column, ids)
        falling = {row[table.key[0]] for row in rows if set(row[column.name]) <= ids}
        self._note(table, column, ids, [row for row in rows if row[table.key[0]] not in falling], "trim")
        self.delete(table, table[table.key[0]], falling)  # noted last, so done first: no array is trimmed to nothing

    def _naming(self, table: Table, column: Column, ids: Iterable[str]) -> list[Row]:
        return self.asker.rows_naming(table.name, list(dict.fromkeys([*table.key, column.name])), column, ids)

    def _note(self, table: Table, column: Column, ids: Iterable[str], rows: list[Row], deed: str) -> None:
        """A row that two references doom is counted once, and deleted by whichever comes first."""
        keys = {(table.name, *(row[name] for name in table.key)) for row in rows}
        if rows:
            self.doomed.append(Doomed(table.name, column.name, tuple(sorted(ids)), len(keys - self.counted), deed))
        self.counted |= keys


def _trained_on(asker: Asker, example_sets: set[str]) -> set[str]:
    policies = TABLES["policies"]
    found: set[str] = set()
    ahead = _policies_naming(asker, policies["example_set_id"], example_sets)
    while ahead - found:
        found |= ahead
        parents = (policies["parent_policy_id"], policies["reward_policy_ids"])
        ahead = set().union(*(_policies_naming(asker, column, found) for column in parents))
    return found


def _policies_naming(asker: Asker, column: Column, ids: set[str]) -> set[str]:
    return {row["policy_id"] for row in asker.rows_naming("policies", ["policy_id"], column, ids)}


def _ancestors_first() -> list[str]:
    """Every erasable table after the erasable tables that it refers to."""
    erasable = {table.name: table for table in TABLES.values() if not table.kept_on_erasure}
    graph = {
        name: {parent.name for _, parent in references(table) if parent.name in erasable and parent.name != name}
        for name, table in erasable.items()
    }
    return list(TopologicalSorter(graph).static_order())


def _columns_naming_any() -> list[tuple[Table, Column]]:
    return [(table, column) for table in TABLES.values() for column in table.columns if column.refers == ANY_TABLE]
