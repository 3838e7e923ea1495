"""A line becomes a row without anybody's name; what cannot be one is refused by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lakehouse.identity import identity
from lakehouse.rejections import Rejection
from lakehouse.subjects import pseudonym
from pipelines.files import File
from pipelines.pieces import Piece
from pipelines.prompts.openai_log import request_fields
from pipelines.release.ab.events import Register, parse_events
from pipelines.release.ab.plans import ExperimentUnknown, Plan, plan_named, plans_from, start_rows, stop_row
from tests.pipelines.release.ab.story import KEY, MONDAY, ab_settings, arm, at, exposure, outcome, write

PLAN = Plan("otter", {"champion": "old", "challenger": "new"}, ab_settings(), MONDAY)
STOPPED = replace(PLAN, experiment="heron", stopped_at=MONDAY + timedelta(hours=1), reason="Done.")
REGISTER = Register({"otter": PLAN, "heron": STOPPED}, "otter", KEY, MONDAY + timedelta(hours=3))


def parse(folder: Path, *lines: dict[str, Any]) -> list[Piece]:
    return list(parse_events(File(str(write(folder / "events.jsonl", lines)), "events.jsonl"), REGISTER))


def row(folder: Path, line: dict[str, Any]) -> dict[str, Any]:
    (piece,) = parse(folder, line)
    assert isinstance(piece, dict), piece
    return piece


def test_an_exposure_says_who_got_which_model_and_an_outcome_what_came_of_it(tmp_path: Path) -> None:
    served, told = row(tmp_path, exposure("Anna")), row(tmp_path, outcome(" anna ", 1))
    assert served["subject_id"] == told["subject_id"] == pseudonym(KEY, "anna")
    assert served["arm"] == told["arm"] == arm("anna")
    assert served["policy_id"] == told["policy_id"] == {"champion": "old", "challenger": "new"}[arm("anna")]
    assert (told["metric"], told["value"], served["metric"], served["value"]) == ("thumbs", 1.0, None, None)
    assert "nna" not in str([{**served, "source_file": ""}, {**told, "source_file": ""}])


def test_a_person_may_come_by_pseudonym_and_a_request_by_the_logs_own_id(tmp_path: Path) -> None:
    named = row(tmp_path, exposure("anna", request="42"))
    hidden = {name: value for name, value in exposure("anna").items() if name != "subject"}
    same = row(tmp_path, hidden | {"subject_id": pseudonym(KEY, "anna"), "request_id": named["request_id"]})
    assert {**same, "source_line": 0} == {**named, "source_line": 0}
    logged = request_fields({"id": "42", "messages": [{"role": "user", "content": "How much?"}]})
    assert named["request_id"] == logged["request_id"]


def test_an_event_is_known_by_all_that_it_says(tmp_path: Path) -> None:
    line = outcome("anna", 1)
    same_moment = line | {"at": (MONDAY + timedelta(minutes=2)).timestamp()}
    others = [line | {"value": 0}, line | {"at": at(3)}, line | {"subject": "ben"}, line | {"request": "1"}]
    others += [line | {"metric": "seconds"}, exposure("anna", 2)]
    first, again, *different = [row(tmp_path, one)["event_id"] for one in (line, same_moment, *others)]
    assert first == again
    assert len({first, *different}) == 1 + len(others) == 7


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (exposure("anna", arm={"champion": "challenger", "challenger": "champion"}[arm("anna")]), "other_arm"),
        (exposure("anna", arm=None), "no_arm"),
        (exposure("anna", arm="control"), "arm_value"),
        (outcome("anna", 1, arm={"champion": "challenger", "challenger": "champion"}[arm("anna")]), "other_arm"),
        (exposure("anna", event="start"), "event_value"),
        (exposure("anna", event=None), "no_event"),
        (exposure("anna", subject=None), "no_subject"),
        (exposure("anna", subject="  "), "no_subject"),
        (exposure("anna", subject_id=pseudonym(KEY, "anna")), "no_subject"),
        (exposure("anna", subject=None, subject_id="anna"), "subject_id_value"),
        (exposure("anna", subject=["anna"]), "subject_type"),
        (exposure("anna", request_id="42"), "request_id_value"),
        (exposure("anna", request="42", request_id=identity("x")), "two_requests"),
        (exposure("anna", experiment="hern"), "no_such_experiment"),
        (outcome("anna", 1, metric="thumb"), "no_such_metric"),
        (outcome("anna", 1, metric=None), "no_metric"),  # type: ignore[arg-type]
        (outcome("anna", 1.5), "value_bounds"),
        (outcome("anna", float("nan")), "value_bounds"),
        (outcome("anna", float("nan"), metric="seconds"), "value_bounds"),
        (outcome("anna", True) | {"value": True}, "value_type"),
        (outcome("anna", 1) | {"value": None}, "no_value"),
        (exposure("anna") | {"at": None}, "no_at"),
        (exposure("anna") | {"at": "Monday"}, "at_value"),
        (exposure("anna", -1), "before_start"),
        (exposure("anna", 61, experiment="heron", arm=None), "after_stop"),
        (exposure("anna", 3 * 60 + 6), "in_future"),
    ],
)
def test_what_is_no_event_is_refused_by_name(line: dict[str, Any], reason: str, tmp_path: Path) -> None:
    (refused,) = parse(tmp_path, line)
    assert isinstance(refused, Rejection)
    assert (refused.reason, refused.source_line) == (reason, 1)
    assert "nna" not in refused.detail


def test_a_value_beyond_a_bound_that_clips_is_stored_as_it_came(tmp_path: Path) -> None:
    assert row(tmp_path, outcome("anna", 600, metric="seconds"))["value"] == 600.0


def test_a_plan_is_read_back_as_it_was_started_and_stopped() -> None:
    rows = [*start_rows(STOPPED), stop_row("heron", "Done.", MONDAY + timedelta(hours=1)), *start_rows(PLAN)]
    stored = [{"arm": None, "policy_id": None, **row} for row in rows]
    assert plans_from(stored) == {"heron": STOPPED, "otter": PLAN}
    texts = [row | {"happened_at": row["happened_at"].isoformat()} for row in stored]
    assert plans_from(texts) == {"heron": STOPPED, "otter": PLAN}


def test_unsaid_the_test_that_runs_is_meant_and_where_that_is_not_one_it_has_to_be_said() -> None:
    plans = dict(REGISTER.plans)
    assert plan_named(plans, None) == PLAN
    assert plan_named(plans, "heron") == STOPPED
    assert plan_named({"heron": STOPPED}, None) == STOPPED
    two = plans | {"crane": replace(PLAN, experiment="crane")}
    for some, name, told in [
        (two, None, "to be named, and there are: otter, heron, crane"),
        (plans, "hern", "named hern, and there are: otter, heron"),
        ({}, None, "there is none; `lakewheel ab start NAME` begins one"),
    ]:
        with pytest.raises(ExperimentUnknown, match=told):
            plan_named(some, name)


def test_a_stop_makes_a_file_worth_reading_again_and_the_time_does_not() -> None:
    later = replace(REGISTER, now=MONDAY + timedelta(days=1))
    ended = replace(REGISTER, plans={**REGISTER.plans, "otter": replace(PLAN, stopped_at=MONDAY)})
    assert REGISTER.digest == later.digest != ended.digest
