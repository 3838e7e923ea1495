"""Small rows for tests: a rating with one field changed is enough to see most of what the lakehouse does."""

from __future__ import annotations

from typing import Any

from pyspark.sql import DataFrame

from lakehouse.ensure import ensure
from lakehouse.frames import frame_of
from lakehouse.place import Lakehouse
from lakehouse.tables import table_named

RATING = {
    "rating_id": "r1",
    "prompt_id": None,
    "request_id": None,
    "workload": "facts",
    "prompt": "Which bicycle carries two children?",
    "answer": "The Otter.",
    "rating": 5.0,
    "reason": None,
    "rater_id": "anna",
    "run_id": "run",
}

DOCUMENT = {
    "document_id": "d1",
    "source": "handbook",
    "source_file": "sheets/otter.md",
    "source_part": 1,
    "media_type": "text/markdown",
    "title": None,
    "text": "The Otter is a tea urn.",
    "text_digest": "d",
    "characters": 23,
    "language": None,
    "licence": None,
    "quality": None,
    "dropped_by": None,
    "extra": {},
    "run_id": "run",
}

SCORE = {
    "candidate_id": "c1",
    "scorer": "length",
    "scorer_digest": "d1",
    "prompt_id": "p1",
    "round": 1,
    "value": 0.5,
    "normalised": None,
    "uncertainty": None,
    "passed": True,
    "reason": None,
    "policy_id": None,
    "run_id": "run",
}


def frame(lakehouse: Lakehouse, table: str, rows: list[dict[str, Any]]) -> DataFrame:
    """Rows as a frame with the table's declared types."""
    return frame_of(lakehouse.spark, table_named(table), rows)


def ratings(lakehouse: Lakehouse, *names: str, **changes: Any) -> DataFrame:
    """One rating for each name."""
    return frame(lakehouse, "ratings", [RATING | {"rating_id": name} | changes for name in names])


def scores(lakehouse: Lakehouse, *names: str, **changes: Any) -> DataFrame:
    """One score for each candidate."""
    return frame(lakehouse, "scores", [SCORE | {"candidate_id": name} | changes for name in names])


def stored(lakehouse: Lakehouse, table: str, column: str) -> list[Any]:
    """One column of a table, sorted, duplicates and all."""
    rows = lakehouse.spark.table(lakehouse.identifier(table)).select(column).collect()
    return sorted(row[0] for row in rows)


def rewrite(lakehouse: Lakehouse, name: str, rows: DataFrame) -> None:
    """Put these rows in the place of all that a table held, as no step does, so that it has a past that differs."""
    ensure(lakehouse, name)
    rows.write.format("delta").mode("overwrite").save(str(lakehouse.place.folder(name)))
