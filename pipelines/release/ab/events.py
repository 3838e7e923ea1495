"""Exposures and outcomes: one line of JSON each becomes a row of the table experiments, or is refused by name.

Whoever wrote the same line twice wrote it once: an event's id is a digest of all that it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from pydantic import SecretStr

from conf import fingerprint
from lakehouse.identity import DIGITS, identity
from lakehouse.subjects import pseudonym
from pipelines.feedback.statements import LONGEST_LINE_BYTES, number_of, said, text_of
from pipelines.files import File
from pipelines.lines import Record, parse_lines
from pipelines.pieces import Piece
from pipelines.prompts import openai_log
from pipelines.prompts.fields import moment, text_under
from pipelines.release.ab.assignment import ARMS, Arm, arm_of
from pipelines.release.ab.plans import EXPOSURE, OUTCOME, Plan
from pipelines.unfit import Unfit

KINDS = (EXPOSURE, OUTCOME)
ID = re.compile(f"[0-9a-f]{{{DIGITS}}}")
CLOCKS_APART = timedelta(minutes=5)


@dataclass(frozen=True)
class Register:
    """What decides what becomes of a line: the tests, which of them is meant unsaid, the key, and the time now."""

    plans: Mapping[str, Plan]
    usual: str
    subject_key: SecretStr
    now: datetime

    @property
    def digest(self) -> str:
        """Of all but the time and the key: with another plan the same file is worth reading again."""
        plans = [
            [p.experiment, sorted(p.policies.items()), str(p.started_at), str(p.stopped_at)]
            for p in self.plans.values()
        ]
        settings = [plan.settings.model_dump(mode="json") for plan in self.plans.values()]
        return fingerprint([plans, settings, self.usual])


def parse_events(file: File, register: Register) -> Iterator[Piece]:
    """The events of one file, each a row or a refusal."""
    return parse_lines(file, partial(_piece, register=register), LONGEST_LINE_BYTES)


def _piece(record: Record, file: File, line: int, register: Register) -> Piece:
    return event_row(record, register) | {"source_file": file.name, "source_line": line}


def event_row(record: Record, register: Register) -> dict[str, Any]:
    """One line as a row of the table experiments; raises Unfit where it is none."""
    event = said(record, "event")
    if event not in KINDS:
        raise Unfit("event_value", f"Expected an event of {' or '.join(KINDS)}; the test itself is started by a door.")
    plan = _plan(record, register)
    subject_id, happened_at = _subject_id(record, register), _happened_at(record, plan, register)
    arm = arm_of(subject_id, plan.experiment, plan.settings.share, register.subject_key)
    _check_arm(record, arm, event)
    metric, value = _outcome(record, plan) if event == OUTCOME else (None, None)
    request_id = _request_id(record)
    parts = [event, plan.experiment, subject_id, request_id or "", metric or "", repr(value), happened_at.isoformat()]
    return {
        "event_id": identity(*parts),
        "experiment": plan.experiment,
        "event": event,
        "subject_id": subject_id,
        "arm": arm,
        "policy_id": plan.policies[arm],
        "request_id": request_id,
        "metric": metric,
        "value": value,
        "happened_at": happened_at,
    }


def _plan(record: Record, register: Register) -> Plan:
    name = text_of(record, "experiment") or register.usual
    if name not in register.plans:
        raise Unfit("no_such_experiment", "Expected the name of an A/B test that was started under `experiment`.")
    return register.plans[name]


def _subject_id(record: Record, register: Register) -> str:
    """The pseudonym as it is told, or that of whoever is told."""
    told, named = text_of(record, "subject_id"), text_under(record, "subject")
    if (told is None) == (named is None):
        raise Unfit(
            "no_subject", "Expected whom it is about: a name under `subject`, or a pseudonym under `subject_id`."
        )
    if named is not None:
        if not named.strip():
            raise Unfit("no_subject", "Expected a name under `subject`, and it is blank.")
        return pseudonym(register.subject_key, named)
    return _whole_id(str(told), "subject_id")


def _request_id(record: Record) -> str | None:
    """As the table requests knows it: told so, or from the id in an OpenAI-style log."""
    told, logged = text_of(record, "request_id"), text_under(record, "request")
    if told is not None and logged is not None:
        raise Unfit("two_requests", "Expected `request`, the log's own id, or `request_id`, the table's, and not both.")
    if logged is not None:
        return identity(openai_log.SOURCE, logged)
    return _whole_id(told, "request_id") if told is not None else None


def _whole_id(told: str, name: str) -> str:
    if not ID.fullmatch(told):
        raise Unfit(f"{name}_value", f"Expected {DIGITS} hexadecimal digits under `{name}`.")
    return told


def _happened_at(record: Record, plan: Plan, register: Register) -> datetime:
    found = moment(record.get("at"), "at")
    if found is None:
        raise Unfit("no_at", "Expected the time under `at`, as 2026-11-21T12:00:00Z or seconds since 1970.")
    if found < plan.started_at:
        raise Unfit("before_start", "It happened before the test was started.")
    if plan.stopped_at is not None and found > plan.stopped_at:
        raise Unfit("after_stop", "It happened after the test was stopped.")
    if found > register.now + CLOCKS_APART:
        raise Unfit("in_future", "It lies in the future; whether a person's time is over is told by such times.")
    return found


def _check_arm(record: Record, assigned: Arm, event: str) -> None:
    """An exposure says which model was served; an outcome may, and must not contradict."""
    told = text_of(record, "arm")
    if told is None and event == EXPOSURE:
        raise Unfit("no_arm", f"Expected under `arm` which model was served: {' or '.join(ARMS)}.")
    if told is not None and told not in ARMS:
        raise Unfit("arm_value", f"Expected an arm of {' or '.join(ARMS)}.")
    if told is not None and told != assigned:
        raise Unfit(
            "other_arm",
            f"Expected the arm {assigned}, which the keyed hash gives this person, and {told} was served. Use the same "
            "key, test name and share where requests are served.",
        )


def _outcome(record: Record, plan: Plan) -> tuple[str, float]:
    metric, value = said(record, "metric"), number_of(record, "value")
    if metric not in plan.settings.metrics:
        named = ", ".join(plan.settings.metrics)
        raise Unfit("no_such_metric", f"Expected a metric that the test was started with: {named}.")
    if value is None:
        raise Unfit("no_value", "Expected a number under `value`, and there is none.")
    wanted = plan.settings.metrics[metric]
    if value != value or (wanted.beyond == "refuse" and not wanted.least <= value <= wanted.most):
        raise Unfit("value_bounds", f"Expected a value of {metric} between {wanted.least:g} and {wanted.most:g}.")
    return metric, value
