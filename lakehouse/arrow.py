"""Declared types as Arrow types, so that workers without Spark write what Spark expects to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.declaration import Table

if TYPE_CHECKING:
    import pyarrow

PLAIN = {
    "string": "string",
    "int": "int32",
    "bigint": "int64",
    "float": "float32",
    "double": "float64",
    "boolean": "bool_",
}


def arrow_schema(table: Table) -> pyarrow.Schema:
    """The table's columns in their order, with the same nullability."""
    import pyarrow

    fields = [
        pyarrow.field(column.name, arrow_type(column.type), nullable=not column.required) for column in table.columns
    ]
    return pyarrow.schema(fields)


def arrow_type(declared: str) -> pyarrow.DataType:
    """The Arrow type of one Spark SQL type; only what our declarations use."""
    import pyarrow

    if declared in PLAIN:
        return getattr(pyarrow, PLAIN[declared])()
    if declared == "timestamp":
        return pyarrow.timestamp("us", tz="UTC")
    outer, _, rest = declared.partition("<")
    inner = _split(rest.removesuffix(">"))
    if outer == "array":
        return pyarrow.list_(arrow_type(inner[0]))
    if outer == "map":
        return pyarrow.map_(arrow_type(inner[0]), arrow_type(inner[1]))
    if outer == "struct":
        pairs = [field.split(":", 1) for field in inner]
        return pyarrow.struct([(name, arrow_type(type)) for name, type in pairs])
    raise ValueError(
        f"expected a type that tables use ({', '.join(PLAIN)}, timestamp, array, map, struct), got `{declared}`."
    )


def _split(text: str) -> list[str]:
    """Split at the commas that stand outside any brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += {"<": 1, ">": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
