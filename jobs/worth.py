"""Costs beside quality: what the door `costs` says of every model, from the ledger and the evaluations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobs.sql import rows_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobs.options import Asked

MODELS = "SELECT policy_id, name, kind, round FROM policies"
SPENDING = """
    SELECT r.round AS round, c.step AS step, c.model AS model, c.workload AS workload,
           sum(c.prompt_tokens + c.answer_tokens + c.trained_tokens) AS tokens,
           sum(c.device_seconds) AS device_seconds, sum(c.money) AS money
    FROM costs c JOIN runs r ON c.run_id = r.run_id {where} GROUP BY r.round, c.step, c.model, c.workload
"""
FIGURES = """
    SELECT e.policy_id, e.rival_policy_id, e.metric, e.slice, e.value, e.low, e.high, r.started_at
    FROM evaluations e LEFT JOIN runs r ON e.run_id = r.run_id
    WHERE e.prompt_id IS NULL AND e.suite = '{suite}'
"""
NUMBERS = ("points", "low", "high", "tokens", "money_per_point", "device_seconds_per_point")


def quality_rows(asked: Asked, tables: set[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Models and what was measured of them; nothing where nothing was."""
    suite = asked.resolved.settings.evaluate.suite
    models = rows_for(asked, MODELS) if "policies" in tables else []
    there = models and "evaluations" in tables
    return models, rows_for(asked, FIGURES.format(suite=suite)) if there else []


def worth_rows(
    asked: Asked, where: str, models: Sequence[dict[str, Any]], figures: Sequence[dict[str, Any]], workloads: bool
) -> list[dict[str, Any]]:
    """Each tuned model's gain, what it cost, and what a point of it cost; rounded for reading."""
    from pipelines.evaluate.worth import worth_of
    from pipelines.statistics.estimate import ALL

    prices = asked.resolved.settings.prices
    spending = rows_for(asked, SPENDING.format(where=where))
    rounds = {one["round"] for one in spending}
    found = worth_of(models, spending, figures, prices.qualities, prices.device_hour)
    wanted = [one for one in found if one.round in rounds and (workloads or one.slice == ALL)]
    return [{name: _rounded(value) for name, value in vars(one).items()} for one in wanted]


def with_quality(
    rows: Sequence[dict[str, Any]],
    asked: Asked,
    models: Sequence[dict[str, Any]],
    figures: Sequence[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Each row of costs with its model's name and how good it is, on its workload where the rows are apart."""
    from pipelines.evaluate.worth import quality_of

    qualities = asked.resolved.settings.prices.qualities
    names = {one["policy_id"]: one["name"] for one in models}
    told = []
    for row in rows:
        found = quality_of(row["model"], row.get("workload", "all"), models, figures, qualities)
        beside = {"metric": found[0], "quality": _rounded(found[1])} if found else {"metric": None, "quality": None}
        told.append({**row, "model": names.get(row["model"], row["model"]), **beside})
    return told


def _rounded(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value
