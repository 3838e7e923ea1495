"""A small story for lineage and erasure: Anna and Ben log requests, a prompt of both, candidates, a tuned model."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from lakehouse.place import Lakehouse
from lakehouse.tables import table_named
from lakehouse.write import append_missing
from tests.lakehouse.rows import RATING, SCORE, frame

NOTHING: dict[str, Any] = {
    "array": [],
    "map": {},
    "bigint": 1,
    "int": 1,
    "double": 1.0,
    "string": "x",
    "boolean": True,
    "timestamp": datetime(2026, 1, 1, tzinfo=timezone.utc),
}


def row(table: str, **values: Any) -> dict[str, Any]:
    """A row in which every required column that was not given holds something small."""
    made: dict[str, Any] = {}
    for column in table_named(table).columns:
        plain = NOTHING.get(column.type.partition("<")[0]) if column.required else None
        made[column.name] = values.get(column.name, plain)
    assert set(values) <= set(made), f"unknown columns: {set(values) - set(made)}"
    return made


def asked(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


STORY: dict[str, list[dict[str, Any]]] = {
    "requests": [
        row("requests", request_id="anna-1", subject_id="anna", messages=asked("Anna's secret"), run_id="take"),
        row("requests", request_id="anna-2", subject_id="anna", messages=asked("hello"), run_id="take"),
        row("requests", request_id="ben-1", subject_id="ben", messages=asked("hello"), run_id="take"),
    ],
    "prompts": [
        row("prompts", prompt_id="secret", request_ids=["anna-1"], messages=asked("Anna's secret"), split="train"),
        row("prompts", prompt_id="hello", request_ids=["anna-2", "ben-1"], messages=asked("hello"), split="train"),
        row("prompts", prompt_id="secret!", request_ids=["ben-1"], near_duplicate_of="secret",
            messages=asked("secret!"), split="train"),
    ],
    "candidates": [
        row("candidates", candidate_id="c-secret", prompt_id="secret", policy_id="base", run_id="draw"),
        row("candidates", candidate_id="c-hello", prompt_id="hello", policy_id="base", run_id="draw"),
    ],
    "scores": [SCORE | {"candidate_id": f"c-{name}", "prompt_id": name} for name in ("secret", "hello")],
    "examples": [
        row("examples", example_set_id=f"set-{n}", example_id=f"e-{name}", prompt_id=name,
            candidate_ids=[f"c-{name}"], split="train")
        for n, name in ((1, "secret"), (1, "hello"), (2, "hello"))
    ]
    + [
        row("examples", example_set_id="set-1", example_id="e-thumb", request_ids=["anna-2"], split="train"),
        row("examples", example_set_id="set-1", example_id="e-label", rating_ids=["anna-rated"], split="train"),
    ],
    "policies": [
        row("policies", policy_id="base", kind="base", run_id="bring"),
        row("policies", policy_id="tuned-1", kind="tuned", example_set_id="set-1", parent_policy_id="base",
            run_id="tune"),
        row("policies", policy_id="tuned-2", kind="tuned", example_set_id="set-2", parent_policy_id="tuned-1"),
        row("policies", policy_id="clean", kind="tuned", example_set_id="set-2", parent_policy_id="base"),
    ],
    "ratings": [
        RATING | {"rating_id": "anna-rated", "rater_id": "anna"},
        RATING | {"rating_id": "ben-rated", "rater_id": "ben", "prompt_id": "secret"},
        RATING | {"rating_id": "unrelated", "rater_id": "ben"},
    ],
    "rejections": [row("rejections", rejection_id="refused", entity_id="anna-1", step="prompts.take")],
    "runs": [
        row("runs", run_id="draw", step="generate", status="done", inputs={"prompts": 1}, outputs={"candidates": 1},
            rows_in=1, rows_out=1, rows_rejected=0),
    ],
}  # fmt: skip


def tell(lakehouse: Lakehouse) -> None:
    """Write the story into a lakehouse."""
    for table, rows in STORY.items():
        append_missing(lakehouse, table, frame(lakehouse, table, rows))
