"""What Gopher measures of repetition, as Spark expressions: lines and paragraphs that stood before in the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.documents.cleaning.parts import ratio

if TYPE_CHECKING:
    from pyspark.sql import Column


def repeat_measures(text: Column, lines: Column, paragraphs: Column) -> dict[str, Column]:
    """The shares of lines and paragraphs, and of the characters in them, that are repeats."""
    from pyspark.sql import functions as F

    found = {}
    for name, parts in (("line", lines), ("paragraph", paragraphs)):
        distinct = F.array_distinct(parts)
        found[f"duplicate_{name}s"] = ratio(F.size(parts) - F.size(distinct), F.size(parts))
        found[f"duplicate_{name}_characters"] = ratio(_characters(parts) - _characters(distinct), F.length(text))
    return found


def _characters(parts: Column) -> Column:
    from pyspark.sql import functions as F

    return F.aggregate(parts, F.lit(0), lambda sum, part: sum + F.length(part))
