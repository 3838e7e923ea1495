"""Bring a table into being as declared, or add what may be added; anything else is refused with the difference."""

from __future__ import annotations

from lakehouse.declaration import Column, Table
from lakehouse.lock import commit_lock
from lakehouse.place import Lakehouse
from lakehouse.tables import TABLES, table_named


class SchemaConflict(RuntimeError):
    """A table exists and is not what its declaration says."""


def ensure(lakehouse: Lakehouse, *names: str) -> None:
    """Create the named tables (all of them if none is named), or add nullable columns that were declared since."""
    for name in names or tuple(TABLES):
        if name not in lakehouse.fitting:
            with commit_lock(lakehouse, name):
                _create_or_fit(lakehouse, table_named(name))
            lakehouse.fitting.add(name)


def _create_or_fit(lakehouse: Lakehouse, table: Table) -> None:
    if not lakehouse.exists(table.name):
        lakehouse.spark.sql(create_statement(table, lakehouse))
        return
    conflicts, additions = differences(lakehouse, table)
    if conflicts:
        raise SchemaConflict(_message(table, conflicts))
    for statement in additions:
        lakehouse.spark.sql(statement)


def create_statement(table: Table, lakehouse: Lakehouse) -> str:
    """One statement, so that no table is ever seen without its constraints."""
    columns = ",\n  ".join(_column(column) for column in table.columns)
    clauses = ", ".join(f"'{name}' = {_quoted(value)}" for name, value in properties(table, lakehouse).items())
    cluster = f"CLUSTER BY ({', '.join(table.cluster)})\n" if table.cluster else ""
    return (
        f"CREATE TABLE {lakehouse.identifier(table.name)} (\n  {columns}\n) USING delta\n{cluster}"
        f"COMMENT {_quoted(table.meaning)}\nTBLPROPERTIES ({clauses})"
    )


def properties(table: Table, lakehouse: Lakehouse) -> dict[str, str]:
    """Delta's table properties: no deletion vectors for readers without a JVM, and no text in the log's statistics."""
    return _fixed_properties(table) | _retention(lakehouse)


def differences(lakehouse: Lakehouse, table: Table) -> tuple[list[str], list[str]]:
    """What cannot be mended, and the statements that mend the rest."""
    identifier = lakehouse.identifier(table.name)
    there = {field.name: field for field in lakehouse.spark.table(identifier).schema}
    conflicts = [f"column `{name}` is in the table, but not declared" for name in there if name not in table.names]
    additions = []
    for column in table.columns:
        if column.name not in there:
            if column.required:
                conflicts.append(f"column `{column.name}` is declared and may not be null, but not in the table")
            else:
                additions.append(f"ALTER TABLE {identifier} ADD COLUMNS ({_column(column)})")
        elif there[column.name].dataType.simpleString() != column.type:
            conflicts.append(f"`{column.name}` is {there[column.name].dataType.simpleString()}, declared {column.type}")
        elif there[column.name].nullable is column.required:
            words = ("nullable", "required") if column.required else ("required", "nullable")
            conflicts.append(f"`{column.name}` is {words[0]}, declared {words[1]}")
    property_conflicts, property_additions = _property_differences(lakehouse, table)
    return conflicts + property_conflicts, additions + property_additions


def _property_differences(lakehouse: Lakehouse, table: Table) -> tuple[list[str], list[str]]:
    identifier = lakehouse.identifier(table.name)
    there = _properties_there(lakehouse, table)
    fixed, retention = _fixed_properties(table), _retention(lakehouse)
    undeclared = [name for name in there if name.startswith("delta.constraints.") and name not in fixed]
    conflicts = [f"`{name}` is `{there[name]}`, not declared" for name in undeclared]
    for name, value in fixed.items():
        if there.get(name) != value:
            conflicts.append(f"`{name}` is `{there.get(name, 'not set')}`, declared `{value}`")
    stale = {name: value for name, value in retention.items() if there.get(name) != value}
    clauses = ", ".join(f"'{name}' = '{value}'" for name, value in stale.items())
    return conflicts, [f"ALTER TABLE {identifier} SET TBLPROPERTIES ({clauses})"] if stale else []


def _properties_there(lakehouse: Lakehouse, table: Table) -> dict[str, str]:
    """From DESCRIBE DETAIL, for SHOW TBLPROPERTIES hides every value in which a word such as `token` stands."""
    detail = lakehouse.spark.sql(f"DESCRIBE DETAIL {lakehouse.identifier(table.name)}").first()
    assert detail is not None
    return dict(detail["properties"])


def _fixed_properties(table: Table) -> dict[str, str]:
    plain = dict.fromkeys(name for name in (*table.key, *table.cluster, "round") if name in table.names)
    return {
        "delta.enableDeletionVectors": "false",
        "delta.enableChangeDataFeed": str(table.change_feed).lower(),
        "delta.dataSkippingStatsColumns": ",".join(plain),
    } | {f"delta.constraints.{name}": check for name, check in table.checks.items()}


def _retention(lakehouse: Lakehouse) -> dict[str, str]:
    settings = lakehouse.settings
    return {
        "delta.logRetentionDuration": f"interval {settings.log_retention_days} days",
        "delta.deletedFileRetentionDuration": f"interval {settings.deleted_file_retention_hours} hours",
        "delta.setTransactionRetentionDuration": f"interval {settings.log_retention_days} days",
    }


def _column(column: Column) -> str:
    return f"`{column.name}` {column.type}{' NOT NULL' if column.required else ''} COMMENT {_quoted(column.meaning)}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _message(table: Table, conflicts: list[str]) -> str:
    listed = "\n".join(f"  - {conflict}" for conflict in conflicts)
    return (
        f"the table `{table.name}` is not what lakehouse/{table.layer}.py declares, and was left as it is:\n{listed}\n"
        "Nullable columns are added by themselves; for anything else, write the table anew under the new declaration, "
        "or use the version of Lakewheel that made it."
    )
