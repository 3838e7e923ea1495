"""The steps ab.start, ab.stop and ab.status: a test begins, is looked at, and ends when the challenger has lost."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from conf import AbSettings
from lakehouse.frames import frame_of
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import StepRun, step_run
from lakehouse.tables import table_named
from pipelines.release.ab.analysis import Report, report_on
from pipelines.release.ab.assignment import ARMS
from pipelines.release.ab.contenders import two_models
from pipelines.release.ab.people import people_of
from pipelines.release.ab.plans import TABLE, Plan, plan_named, start_rows, stop_row
from pipelines.release.ab.take import planned_in

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class NameTaken(ValueError):
    """A test of this name runs, or ran, or none can be called so."""


class NotRunning(ValueError):
    """The test was stopped before."""


class NoReason(ValueError):
    """A test is to be stopped, and nobody says why."""


@dataclass(frozen=True)
class Standing:
    """One test at one look; stopped just now if it was this look that ended it."""

    plan: Plan
    report: Report
    is_stopped_now: bool = False


def start(
    lakehouse: Lakehouse,
    experiment: str,
    champion: str | None,
    challenger: str | None,
    settings: AbSettings,
    provenance: Provenance,
    now: datetime,
) -> Plan:
    """Begin a test of two models, each by its policy_id; what the settings say now holds until it ends."""
    if not NAME.fullmatch(experiment):
        raise NameTaken(f"expected a name of letters, digits and any of _ . -, got {experiment!r}. Choose another one.")
    with step_run(lakehouse, "ab.start", provenance, asked={"experiment": experiment}) as run:
        policies = dict(zip(ARMS, two_models(run, champion, challenger), strict=True))
        plan = Plan(experiment, policies, settings, now)
        if experiment in _plans(run):
            raise _taken(experiment)
        if not _write(run, start_rows(plan)):
            raise _taken(experiment)  # another process began it meanwhile
    return plan


def stop(lakehouse: Lakehouse, experiment: str, reason: str, provenance: Provenance, now: datetime) -> Plan:
    """End a test and write down why."""
    if not reason.strip():
        raise NoReason("expected a reason for which the test is stopped, and it is blank. Say it with --reason.")
    with step_run(lakehouse, "ab.stop", provenance, asked={"experiment": experiment}) as run:
        plan = plan_named(_plans(run), experiment)
        if not plan.is_running:
            when = f"{plan.stopped_at:%Y-%m-%d %H:%M} UTC"
            raise NotRunning(f"expected an A/B test that runs, and {experiment} was stopped at {when}: {plan.reason}")
        _write(run, [stop_row(experiment, reason, now)])
    return replace(plan, stopped_at=now, reason=reason)


def status(
    lakehouse: Lakehouse, provenance: Provenance, now: datetime, experiment: str | None = None
) -> tuple[Standing, ...]:
    """How every test stands, or one; a running one whose challenger has lost is stopped, and why is written down."""
    with step_run(lakehouse, "ab.status", provenance, asked={"experiment": experiment or "all"}) as run:
        plans = _plans(run)
        wanted = [plan_named(plans, experiment)] if experiment is not None else list(plans.values())
        found = [_look(run, plan) for plan in wanted]
        lost = [one for one in found if one.plan.is_running and one.report.is_lost]
        _write(run, [stop_row(one.plan.experiment, one.report.sentence, now) for one in lost])
        run.is_idle = not lost
    return tuple(_stopped(one, now) if one in lost else one for one in found)


def _look(run: StepRun, plan: Plan) -> Standing:
    return Standing(plan, report_on(people_of(_events(run, plan), plan.settings), plan.settings))


def _stopped(one: Standing, now: datetime) -> Standing:
    return Standing(replace(one.plan, stopped_at=now, reason=one.report.sentence), one.report, is_stopped_now=True)


def _plans(run: StepRun) -> dict[str, Plan]:
    return planned_in(run.read(TABLE)) if run.lakehouse.exists(TABLE) else {}


def _events(run: StepRun, plan: Plan) -> DataFrame:
    """At the version that the plans were read at."""
    from pyspark.sql import functions as F

    return run.read(TABLE, run.inputs[TABLE]).where(F.col("experiment") == plan.experiment)


def _write(run: StepRun, rows: list[dict[str, Any]]) -> int:
    """How many of these events were new."""
    if not rows:
        return 0
    run.take(len(rows))
    signed = [{**row, "run_id": run.run_id} for row in rows]
    return run.append(TABLE, frame_of(run.lakehouse.spark, table_named(TABLE), signed)).new


def _taken(experiment: str) -> NameTaken:
    return NameTaken(
        f"expected a new name, and there is an A/B test called {experiment} already: its people keep their arms, and "
        "its events their meaning. Choose another name; `lakewheel ab status` lists all."
    )
