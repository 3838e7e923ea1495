"""The doors `status` and `costs`: where the wheel stands, what each step did, what was decided, and what it took."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.options import Asked, asked_of
from jobs.showing import show_json, show_line, show_rows
from jobs.sql import rows_for
from jobs.worth import NUMBERS as WORTH
from jobs.worth import quality_rows, with_quality, worth_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

STEPS = """
    SELECT coalesce(cast(round AS string), '') AS round, step, count(*) AS runs, max_by(status, started_at) AS last,
           max_by(coalesce(failure, ''), started_at) AS failure, max(started_at) AS began, sum(rows_new) AS new,
           sum(rows_rejected) AS refused, round(sum(seconds)) AS seconds
    FROM runs GROUP BY round, step ORDER BY coalesce(round, 0), min(started_at)
"""
VERDICTS = """
    SELECT round, decision, substr(policy_id, 1, 8) AS policy, decided_at, objections
    FROM verdicts ORDER BY decided_at
"""
POLICIES = "SELECT round, kind, method, name, policy_id FROM policies ORDER BY round, kind, name"
USED = """
    sum(c.prompt_tokens) AS read, sum(c.answer_tokens) AS written, sum(c.trained_tokens) AS trained,
    round(sum(c.seconds)) AS seconds, round(sum(c.device_seconds)) AS device_seconds,
    round(sum(c.money) + sum(c.device_seconds) * {device_hour} / 3600, 4) AS money
    FROM costs c JOIN runs r ON c.run_id = r.run_id {where}
"""
COSTS = f"SELECT c.step, c.model, {{workload}} {USED} GROUP BY ALL ORDER BY ALL"
BY_ROUND = f"SELECT r.round, {USED} GROUP BY ALL ORDER BY ALL"
NUMBERS = (
    "runs",
    "new",
    "refused",
    "read",
    "written",
    "trained",
    "seconds",
    "device_seconds",
    "money",
    "quality",
    *WORTH,
)
FRACTIONS = ("money", "quality", *WORTH)
PARTS = (("steps", "runs", STEPS), ("models", "policies", POLICIES), ("decisions", "verdicts", VERDICTS))


Round = Annotated[int | None, typer.Option(min=1, help="Of this round alone.")]


def status(context: typer.Context) -> None:
    """Show every round: which steps ran and what they wrote, which models there are, and what was decided about them.

    Example:

        lakewheel status
    """
    asked = asked_of(context)
    there = _tables(asked)
    found = {name: rows_for(asked, query) for name, table, query in PARTS if table in there}
    if asked.as_json:
        return show_json(found)
    if not found:
        return show_line("Nothing has run here yet. Begin with `lakewheel prompts take PATH` or `lakewheel demo`.")
    for name, rows in found.items():
        _show(name, rows)
    return None


def costs(
    context: typer.Context,
    round: Round = None,
    workloads: Annotated[bool, typer.Option("--workloads", help="Each workload apart.")] = False,
) -> None:
    """Show what the steps took, by step and model and by round, and what each tuned model gained for it.

    Money is what servers asked for, and devices by prices.device_hour; a point is a hundredth of a share that was
    gained on the base, by the first of prices.qualities that was measured.

    Example:

        lakewheel costs --round 2
    """
    asked = asked_of(context)
    there = _tables(asked)
    if "costs" not in there:
        return show_line("Nothing has cost anything here yet: no model was asked, and none was trained.")
    where = f"WHERE r.round = {round}" if round else ""
    parts = (("by step", COSTS), ("by round", BY_ROUND))
    workload = "c.workload," if workloads else ""
    price = asked.resolved.settings.prices.device_hour
    words = {"where": where, "workload": workload, "device_hour": price}
    found = {name: rows_for(asked, query.format(**words)) for name, query in parts}
    models, figures = quality_rows(asked, there)
    found["by step"] = with_quality(found["by step"], asked, models, figures)
    if models:
        found["by model"] = worth_rows(asked, where, models, figures, workloads)
    if asked.as_json:
        return show_json(found)
    if models:
        names = {one["policy_id"]: one["name"] for one in models}
        found["by model"] = [{"model": names[row.pop("policy_id")], **row} for row in found["by model"]]
    for name, rows in found.items():
        _show(name, rows)
    return None


def _tables(asked: Asked) -> set[str]:
    """The tables that there are."""
    if asked.place.is_local:
        return set(asked.place.local_tables())
    lakehouse = asked.open_lakehouse()
    return {name for name in ("runs", "policies", "verdicts", "costs", "evaluations") if lakehouse.exists(name)}


def _show(name: str, rows: Sequence[dict[str, Any]]) -> None:
    """What is empty or nothing in every row is left out."""
    show_line(f"\n{name.capitalize()}", style="bold")
    if rows:
        names = [column for column in rows[0] if any(row[column] for row in rows)]
        cells = [[_cell(column, row[column]) for column in names] for row in rows]
        heads = {column: column.replace("device_seconds", "device s").replace("_per_", " a ") for column in names}
        show_rows(list(heads.values()), cells, right=[heads[one] for one in names if one in NUMBERS])


def _cell(name: str, value: Any) -> Any:
    """Times to the minute, whole numbers without a point, and objections one after another."""
    if name in ("began", "decided_at"):
        return str(value)[:16].replace("T", " ")
    if isinstance(value, list):
        return " ".join(value)
    return int(value) if isinstance(value, float) and name not in FRACTIONS else value
