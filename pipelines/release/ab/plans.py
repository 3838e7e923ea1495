"""What a test was started with, and whether it runs: read from its own events, whatever the settings say by now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from conf import AbSettings
from lakehouse.identity import identity
from pipelines.prompts.fields import moment
from pipelines.release.ab.assignment import ARMS, CHALLENGER, CHAMPION, Arm

TABLE = "experiments"
START, EXPOSURE, OUTCOME, STOP = "start", "exposure", "outcome", "stop"
PLANNED = (START, STOP)
PLAN_COLUMNS = ("experiment", "event", "arm", "policy_id", "detail", "happened_at")


class ExperimentUnknown(LookupError):
    """No test of this name was ever started, or none is named where there are several."""


class PlanUnreadable(ValueError):
    """A test was started with settings that this version does not know."""


@dataclass(frozen=True)
class Plan:
    """One test: the models of its arms, what it goes by, and when it began and ended."""

    experiment: str
    policies: Mapping[Arm, str]
    settings: AbSettings
    started_at: datetime
    stopped_at: datetime | None = None
    reason: str | None = None

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None


def start_rows(plan: Plan) -> list[dict[str, Any]]:
    """A row for each arm; a name is used once, so that no two tests are ever mixed."""
    said = json.dumps(plan.settings.model_dump(mode="json"), sort_keys=True)
    return [
        {
            "event_id": identity(START, plan.experiment, arm),
            "experiment": plan.experiment,
            "event": START,
            "arm": arm,
            "policy_id": plan.policies[arm],
            "detail": said,
            "happened_at": plan.started_at,
        }
        for arm in ARMS
    ]


def stop_row(experiment: str, reason: str, stopped_at: datetime) -> dict[str, Any]:
    """The end of a test; it ends once, for the first reason."""
    return {
        "event_id": identity(STOP, experiment),
        "experiment": experiment,
        "event": STOP,
        "detail": reason,
        "happened_at": stopped_at,
    }


def plans_from(rows: Iterable[Mapping[str, Any]]) -> dict[str, Plan]:
    """Every test by its name, the oldest first, from the rows of starts and stops."""
    told: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in rows:
        told.setdefault(row["experiment"], {})[row["arm"] or row["event"]] = row
    plans = [_plan(name, events) for name, events in told.items()]
    return {plan.experiment: plan for plan in sorted(plans, key=lambda plan: (plan.started_at, plan.experiment))}


def plan_named(plans: Mapping[str, Plan], name: str | None) -> Plan:
    """The test of this name; where none is said the only one that runs, or the only one there is."""
    if name is not None and name in plans:
        return plans[name]
    running = [plan for plan in plans.values() if plan.is_running]
    for some in (running, list(plans.values())):
        if name is None and len(some) == 1:
            return some[0]
    there = f"there are: {', '.join(plans)}" if plans else "there is none; `lakewheel ab start NAME` begins one"
    wanted = f"named {name}" if name is not None else "to be named"
    raise ExperimentUnknown(f"expected an A/B test {wanted}, and {there}.")


def _plan(name: str, events: Mapping[str, Mapping[str, Any]]) -> Plan:
    stop = events.get(STOP)
    try:
        settings = AbSettings.model_validate_json(events[CHAMPION]["detail"])
    except ValidationError as problem:
        raise PlanUnreadable(
            f"the A/B test {name} was started with settings that this version cannot read: {problem}. Stop it with "
            "the version that started it, or finish it there."
        ) from problem
    return Plan(
        name,
        {arm: events[arm]["policy_id"] for arm in (CHAMPION, CHALLENGER)},
        settings,
        _when(events[CHAMPION]),
        _when(stop) if stop else None,
        stop["detail"] if stop else None,
    )


def _when(row: Mapping[str, Any]) -> datetime:
    found = moment(row["happened_at"], "happened_at")
    assert found is not None
    return found
