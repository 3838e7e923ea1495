"""The words in which a table is declared: columns with meanings, a key, checks, and references. No Spark here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

Layer = Literal["bronze", "silver", "gold", "ledger"]
ANY_TABLE = "any"


@dataclass(frozen=True)
class Column:
    """One column: its Spark SQL type, a sentence, and what its value points at."""

    name: str
    type: str
    meaning: str
    required: bool = False
    refers: str | None = None
    """The table whose first key column this value (or each value of this array) names; `any` where it varies."""
    shared: bool = False
    """True for an array of equals, where the row lives on while one of them does; else it falls with any of them."""
    subject: bool = False
    """True where the value is a person's pseudonym, so that erasure starts here."""

    @property
    def is_array(self) -> bool:
        return self.type.startswith("array<")


@dataclass(frozen=True)
class Table:
    """One table: everything that `ensure`, the contract check, lineage, erasure and the docs need to know."""

    name: str
    layer: Layer
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    checks: dict[str, str] = field(default_factory=dict)
    cluster: tuple[str, ...] = ()
    change_feed: bool = False
    kept_on_erasure: bool = False
    """True where rows are named in an erasure report but stay: a trained model, a verdict, the ledger."""

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def only(self, names: Sequence[str]) -> Table:
        """The declaration of some columns, with the checks that speak of no other one."""
        others = set(self.names) - set(names)
        checks = {name: check for name, check in self.checks.items() if others.isdisjoint(re.findall(r"\w+", check))}
        return replace(self, columns=tuple(one for one in self.columns if one.name in names), checks=checks)

    @property
    def subject_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.subject)


def required(name: str, type: str, meaning: str, **marks: str | bool) -> Column:
    """A column that may not be null."""
    return Column(name, type, meaning, required=True, **marks)  # type: ignore[arg-type]


RUN = required("run_id", "string", "The step run that wrote this row.", refers="runs")
"""Every table but the ledger's own carries it; it is the one column that differs between a run and its rerun."""
