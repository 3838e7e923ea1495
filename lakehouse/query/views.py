"""A version of a local table as a view of DuckDB: the columns of Delta's log over the files that the log lists."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from lakehouse.first_line import first_line
from lakehouse.place import Place
from lakehouse.query.errors import not_made_yet
from lakehouse.query.versions import check_version, version_at
from lakehouse.query.words import Mention, QueryError

if TYPE_CHECKING:
    from deltalake import DeltaTable

PLAIN = {
    "string": "VARCHAR",
    "integer": "INTEGER",
    "long": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMPTZ",
}


@dataclass(frozen=True)
class View:
    """One table at one version: how SQL calls it, the statement that makes it, and the files that it may read."""

    name: str
    statement: str
    paths: tuple[str, ...]


def view_of(place: Place, mention: Mention) -> View:
    """The table that a query mentions, at the version that it asks for."""
    opened = open_table(place, mention.table)
    schema = "main"
    if mention.travel:
        version = version_at(place.folder(mention.table), mention) if mention.travel == "time" else int(mention.point)
        check_version(opened, mention.table, version)
        schema = f"version {version}"
    name = f"{_quoted(schema)}.{_quoted(mention.table)}"
    files = _files(opened, place.folder(mention.table))
    patterns = [file.replace("[", "[[]").replace("*", "[*]").replace("?", "[?]") for file in files]
    return View(name, _statement(schema, name, opened, patterns), tuple({*files, *patterns}))


def open_table(place: Place, name: str) -> DeltaTable:
    """The table's log, or the sentence that says how the table comes to be."""
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError, TableNotFoundError

    try:
        return DeltaTable(place.folder(name))
    except TableNotFoundError:
        raise not_made_yet(name, place) from None
    except DeltaError as problem:
        raise QueryError(
            f"the log of `{name}` cannot be read without Spark ({first_line(problem)}). "
            "Ask with --engine spark, or look whether the home was copied whole."
        ) from None


def _files(opened: DeltaTable, folder: Path) -> list[str]:
    unsupported = opened.protocol().reader_features or opened.metadata().partition_columns
    if unsupported:
        raise QueryError(
            f"expected a table as Lakewheel makes it, but {folder} uses {', '.join(unsupported)}, which only Spark "
            "reads. Run the same with --engine spark."
        )
    return [str(folder / unquote(path)) for path in opened.get_add_actions()["path"].to_pylist()]


def _statement(schema: str, name: str, opened: DeltaTable, patterns: list[str]) -> str:
    """By the log's columns: null where no file has one yet, and none of the change feed's, which only files have."""
    fields = json.loads(opened.schema().to_json())["fields"]
    columns = ", ".join(_quoted(field["name"]) for field in fields)
    typed = ", ".join(f"NULL::{duckdb_type(field['type'])} AS {_quoted(field['name'])}" for field in fields)
    rows = f"SELECT {typed} WHERE false"
    if patterns:
        rows += f" UNION ALL BY NAME SELECT * FROM read_parquet([{listed(patterns)}], union_by_name = true)"
    return f"CREATE SCHEMA IF NOT EXISTS {_quoted(schema)}; CREATE VIEW {name} AS SELECT {columns} FROM ({rows})"


def duckdb_type(type: Any) -> str:
    """DuckDB's name of a type in Delta's log."""
    if isinstance(type, str):
        return PLAIN.get(type, type)
    if type["type"] == "array":
        return f"{duckdb_type(type['elementType'])}[]"
    if type["type"] == "map":
        return f"MAP({duckdb_type(type['keyType'])}, {duckdb_type(type['valueType'])})"
    fields = [f"{_quoted(field['name'])} {duckdb_type(field['type'])}" for field in type["fields"]]
    return f"STRUCT({', '.join(fields)})"


def listed(texts: list[str]) -> str:
    """Texts as SQL literals with commas between them."""
    return ", ".join("'" + text.replace("'", "''") + "'" for text in texts)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
