"""The contract check: before a write, every difference between a frame and its table's declaration, all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lakehouse.declaration import RUN, Column, Table

if TYPE_CHECKING:
    from pyspark.sql import Column as Expression
    from pyspark.sql import DataFrame, Row

FLOATING = ("double", "float", "array<double>", "array<float>", "map<string,double>")


class ContractError(ValueError):
    """A frame is not what its table declares."""


@dataclass(frozen=True)
class Content:
    """What one pass over a frame found: how many rows, and a digest that does not depend on their order."""

    rows: int
    digest: str

    @classmethod
    def of(cls, counts: Row | None) -> Content:
        """From a row that holds `rows` and the two digests."""
        assert counts is not None
        words = [counts[name] & 0xFFFFFFFFFFFFFFFF for name in ("digest_1", "digest_2")]
        return cls(counts["rows"], "".join(f"{word:016x}" for word in words))


def check_contract(frame: DataFrame, table: Table) -> Content:
    """The frame's content; raises with every difference from the declaration."""
    differences = schema_differences(frame, table)
    if differences:
        raise ContractError(_message(table, differences))
    counts = frame.agg(*_counts(table)).first()
    assert counts is not None
    differences = _row_differences(counts.asDict(), table)
    if differences:
        raise ContractError(_message(table, differences))
    return Content.of(counts)


def schema_differences(frame: DataFrame, table: Table) -> list[str]:
    """Missing, unexpected and wrongly typed columns."""
    came = {field.name: field.dataType.simpleString() for field in frame.schema}
    missing = [f"missing column `{name}`" for name in table.names if name not in came]
    unexpected = [f"unexpected column `{name}`" for name in came if name not in table.names]
    wrong = [
        f"column `{column.name}` has type {came[column.name]}, expected {column.type}"
        for column in table.columns
        if column.name in came and came[column.name] != column.type
    ]
    return missing + unexpected + wrong


def _counts(table: Table) -> list[Expression]:
    from pyspark.sql import functions as F

    rows = F.count(F.lit(1)).alias("rows")
    keys = F.count_distinct(F.struct(*table.key)).alias("keys")
    nulls = [F.count_if(F.col(name).isNull()).alias(f"null {name}") for name in _never_null(table)]
    nans = [F.count_if(_has_nan(column)).alias(f"nan {column.name}") for column in _floating(table)]
    broken = [F.count_if(~F.expr(check)).alias(f"check {name}") for name, check in table.checks.items()]
    return [rows, keys, *nulls, *nans, *broken, *_digests(table)]


def _digests(table: Table) -> list[Expression]:
    """Two 64-bit digests of a frame's rows in any order; the run that wrote a row is not part of its content."""
    from pyspark.sql import functions as F

    content = [
        F.array_sort(F.map_entries(column.name)) if column.type.startswith("map<") else F.col(column.name)
        for column in table.columns
        if column.name != RUN.name or RUN.name in table.key
    ]
    return [F.coalesce(F.bit_xor(F.xxhash64(F.lit(n), *content)), F.lit(0)).alias(f"digest_{n}") for n in (1, 2)]


def _never_null(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.required or column.name in table.key]


def _floating(table: Table) -> list[Column]:
    return [column for column in table.columns if column.type in FLOATING]


def _has_nan(column: Column) -> Expression:
    from pyspark.sql import functions as F

    if column.is_array:
        return F.exists(column.name, F.isnan)
    if column.type.startswith("map<"):
        return F.exists(F.map_values(column.name), F.isnan)
    return F.isnan(column.name)


def _row_differences(counts: dict[str, int], table: Table) -> list[str]:
    rows, keys = counts["rows"], counts["keys"]
    found = [(name.split(" ", 1), count) for name, count in counts.items() if " " in name and count]
    differences = [_row_difference(kind, subject, count, table) for (kind, subject), count in found]
    no_null_keys = not any(counts[f"null {name}"] for name in table.key)
    if no_null_keys and keys < rows:
        differences.append(f"{rows - keys} duplicate keys ({', '.join(table.key)}): each may come once in a batch")
    return differences


def _row_difference(kind: str, subject: str, count: int, table: Table) -> str:
    if kind == "null":
        place = "key column" if subject in table.key else "column"
        return f"{count} rows with null in {place} `{subject}`, which may not be null"
    if kind == "nan":
        return f"{count} rows with NaN in `{subject}`: Spark would order it above every number"
    return f"{count} rows break the check `{subject}`: {table.checks[subject]}"


def _message(table: Table, differences: list[str]) -> str:
    listed = "\n".join(f"  - {difference}" for difference in differences)
    return (
        f"a frame does not fit the table `{table.name}`; {len(differences)} differences, nothing written:\n{listed}\n"
        "Mend the step that made the frame; `lakewheel tables "
        f"{table.name}` shows what is expected."
    )
