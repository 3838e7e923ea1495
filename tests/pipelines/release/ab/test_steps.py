"""A test from its start to its end: events are taken once, people are counted once, and a loser is stopped."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.write import append_missing
from pipelines.release.ab.contenders import NoChallenger
from pipelines.release.ab.events import Register, event_row
from pipelines.release.ab.people import people_of
from pipelines.release.ab.plans import ExperimentUnknown, Plan
from pipelines.release.ab.steps import NameTaken, NoReason, NotRunning, start, status, stop
from pipelines.release.ab.take import local_plans, register_of, stored_plans, take_events
from pipelines.taking import Taken
from tests.lakehouse.rows import frame, stored
from tests.pipelines.release.ab.story import KEY, MONDAY, ab_settings, arm, exposure, outcome, write

TUESDAY = MONDAY + timedelta(days=1)
PEOPLE = [f"person-{number}" for number in range(600)]


def know(lakehouse: Lakehouse, **kinds: str) -> None:
    """Policies by their ids and kinds."""
    row: dict[str, Any] = {"name": "n", "round": 0, "model_digest": "d", "location": "l", "run_id": "run"}
    rows = [row | {"policy_id": policy_id, "kind": kind} for policy_id, kind in kinds.items()]
    append_missing(lakehouse, "policies", frame(lakehouse, "policies", rows))


def take(lakehouse: Lakehouse, provenance: Provenance, file: Path, now: datetime = TUESDAY) -> Taken:
    return take_events(lakehouse, [file], register_of(stored_plans(lakehouse), None, KEY, now), provenance)


@pytest.mark.slow
def test_a_losing_challenger_is_stopped_and_the_reason_is_written_down(
    lakehouse: Lakehouse, provenance: Provenance, tmp_path: Path
) -> None:
    know(lakehouse, old="base", new="tuned")
    plan = start(lakehouse, "otter", "old", "new", ab_settings(), provenance, MONDAY)
    assert stored_plans(lakehouse) == local_plans(lakehouse.place) == {"otter": plan}
    liked = {"champion": lambda number: number % 4 != 0, "challenger": lambda number: number % 4 == 0}
    lines = [exposure(name, number / 60) for number, name in enumerate(PEOPLE)]
    lines += [outcome(name, float(liked[arm(name)](number)), 20) for number, name in enumerate(PEOPLE)]
    lines += [outcome(PEOPLE[0], 0.5, 100), exposure("late", 100), exposure("late", 100), exposure("x", arm="both")]
    file = write(tmp_path / "events.jsonl", lines)
    assert take(lakehouse, provenance, file) == Taken(files=1, pieces=1204, rows=1202, new=1202, rejected=2)
    assert stored(lakehouse, "rejections", "reason") == ["arm_value", "repeated"]

    (found,) = status(lakehouse, provenance, TUESDAY, "otter")
    assert (found.is_stopped_now, found.report.decision, found.report.waiting) == (True, "worse", 1)
    numbers = (found.report.primary.champion_people, found.report.primary.challenger_people)
    assert sum(numbers) == len(PEOPLE)
    assert found.plan.reason is not None and found.plan.reason.startswith("The challenger is worse: thumbs differs by")
    assert stored_plans(lakehouse) == {"otter": found.plan}
    (later,) = status(lakehouse, provenance, TUESDAY + timedelta(days=1))
    assert (later.plan, later.is_stopped_now, later.report) == (found.plan, False, found.report)

    assert take(lakehouse, provenance, file).new == 0  # the stop made it worth reading again, and nothing is added
    assert take(lakehouse, provenance, file) == Taken(known=1)
    with pytest.raises(NotRunning, match="was stopped at 2026-11-24 09:00 UTC: The challenger is worse"):
        stop(lakehouse, "otter", "Enough.", provenance, TUESDAY)
    steps = [row for row in stored(lakehouse, "runs", "step") if row.startswith("ab.")]
    assert steps == ["ab.start", "ab.status", "ab.stop", "ab.take", "ab.take"]  # a look that changed nothing is no run


@pytest.mark.slow
def test_what_cannot_be_started_or_stopped_says_why(lakehouse: Lakehouse, provenance: Provenance) -> None:
    settings = ab_settings()

    def begin(champion: str | None, challenger: str | None, name: str = "otter", now: datetime = MONDAY) -> Any:
        return start(lakehouse, name, champion, challenger, settings, provenance, now)

    assert status(lakehouse, provenance, MONDAY) == ()
    with pytest.raises(NoChallenger, match="old is not there, new is not there"):
        begin("old", "new")
    know(lakehouse, old="base", new="tuned", scorer="reward")
    for champion, challenger, told in [
        ("old", None, "expected two models, and no challenger is named. Say --challenger."),
        (None, None, "no champion and no challenger is named. Say --champion and --challenger."),
        ("old", "old", "expected a challenger that is not the champion"),
        ("old", "scorer", "of the kind base or tuned, and scorer is reward"),
    ]:
        with pytest.raises(NoChallenger, match=told):
            begin(champion, challenger)
    with pytest.raises(NameTaken, match="letters, digits"):
        begin("old", "new", "an otter:")
    first = begin("old", "new")
    with pytest.raises(NameTaken, match="there is an A/B test called otter already"):
        begin("new", "old")
    with pytest.raises(NoReason, match="it is blank"):
        stop(lakehouse, "otter", " ", provenance, TUESDAY)
    with pytest.raises(ExperimentUnknown, match="named heron, and there are: otter"):
        stop(lakehouse, "heron", "Why not.", provenance, TUESDAY)
    ended = stop(lakehouse, "otter", "The summer is over.", provenance, TUESDAY)
    assert (ended.reason, stored_plans(lakehouse)) == ("The summer is over.", {"otter": ended})
    assert (ended.policies, ended.started_at) == (first.policies, MONDAY)
    with pytest.raises(NameTaken):
        begin("old", "new")


def test_a_person_is_one_value_the_mean_of_what_came_in_time(lakehouse: Lakehouse) -> None:
    settings = ab_settings("ab.primary.absent=0.0")
    lines = [exposure("anna", 10), exposure("anna", 30), outcome("anna", 1, 9), outcome("anna", 1, 10)]
    lines += [outcome("anna", 0, 69.9), outcome("anna", 0, 70), outcome("anna", 500, 12, "seconds")]
    lines += [
        exposure("ben", 20),
        exposure("cleo", 5),
        outcome("cleo", 1, 6),
        outcome("nobody", 1),
        exposure("dan", 90),
    ]
    plan = Plan("otter", {"champion": "old", "challenger": "new"}, settings, MONDAY)
    register = Register({"otter": plan}, "otter", KEY, TUESDAY)
    rows = [{**event_row(line, register), "run_id": "run"} for line in lines]
    found = people_of(frame(lakehouse, "experiments", rows), settings)
    assert found.is_challenger.tolist() == [arm(name) == "challenger" for name in ("cleo", "anna", "ben", "dan")]
    assert found.is_over.tolist() == [True, True, True, False]  # dan came at 90, the newest event, and has until 150
    assert found.values["thumbs"].tolist() == [1.0, 0.5, 0.0, 0.0]
    assert [str(value) for value in found.values["seconds"]] == ["nan", "60.0", "nan", "nan"]
