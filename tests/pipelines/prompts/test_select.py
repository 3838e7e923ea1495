"""Two rounds of selection over a small log: what is kept, joined, refused, and never touched again."""

from __future__ import annotations

from typing import Any

import pytest
from pyspark.sql import SparkSession

from conf import Resolved
from lakehouse.home import Home
from lakehouse.place import Lakehouse, Place
from lakehouse.provenance import provenance_of
from lakehouse.read import current_version, read
from pipelines.prompts.holdout import is_holdout
from pipelines.prompts.select import Selected, select_prompts
from tests.pipelines.prompts.requests import log, prompts, refusals, request, settings

OVEN = (
    "The Cinder is a wood oven that blisters a pizza in ninety seconds and weighs 310 kg.\n\nHow heavy is the Cinder?"
)
NEAR = OVEN.replace("is a", "is  a") + " please"
SAME = OVEN.replace("\n\n", "  \r\n\r\n\r\n\r\n") + "\n"
SETTINGS = settings(holdout_share=0.5, half_life_days=10.0, most_per_person=3)
STORY = ("requests", "prompts", "signatures", "rejections")

FIRST = (
    request("first", OVEN, day=1, subject_id="anna"),
    request("same", SAME, day=2, subject_id="ben", workload=None),
    request("near", NEAR, day=3, subject_id="ben"),
    request("rack", "How many loaves fit on the rack?", day=11, subject_id="ben", workload="counter"),
    request("open", "Where is the depot?", workload=None, subject_id=None),
    request("silent", " \n "),
    request("answered", "How much?", "35."),
    request("long", "word " * 8000),
    *(request(f"loud-{n}", f"Question number {n} of the loud one", subject_id="loud") for n in range(5)),
)
SECOND = (
    request("again", OVEN, day=21, subject_id="carl"),
    request("nearer", NEAR + " now", day=21, subject_id="carl"),
)


class Story:
    """What each selection came to, and what stood in the tables after it."""

    def __init__(self, lakehouse: Lakehouse, resolved: Resolved) -> None:
        self.lakehouse, self.provenance = lakehouse, provenance_of(resolved)
        log(lakehouse, *FIRST)
        self.first, self.after_first = self.select(1), prompts(lakehouse)
        self.refused = refusals(lakehouse)
        self.versions = self.versions_now()
        self.rerun, self.versions_after_rerun = self.select(1), self.versions_now()
        log(lakehouse, *SECOND)
        self.second, self.after_second = self.select(2), prompts(lakehouse)

    def select(self, round: int, **changes: Any) -> Selected:
        return select_prompts(self.lakehouse, SETTINGS.model_copy(update=changes), self.provenance, round)

    def versions_now(self) -> dict[str, int]:
        return {table: current_version(self.lakehouse, table) for table in STORY}


@pytest.fixture(scope="module")
def story(spark: SparkSession, resolved: Resolved, tmp_path_factory: pytest.TempPathFactory) -> Story:
    home = Home(tmp_path_factory.mktemp("selection") / "home")
    return Story(Lakehouse(spark, Place(home, resolved.settings.lakehouse)), resolved)


KEPT = {
    "How heavy is the Cinder?",
    "How heavy is the Cinder? please",
    "How many loaves fit on the rack?",
    "Where is the depot?",
}


def quiet(rows: dict[str, Any]) -> set[str]:
    return {name for name in rows if "loud" not in name}


def test_equal_prompts_become_one_with_all_their_requests(story: Story) -> None:
    assert quiet(story.after_first) == KEPT
    oven = story.after_first["How heavy is the Cinder?"]
    assert oven["request_ids"] == ["first", "same"]
    assert oven["messages"] == [{"role": "user", "content": OVEN}]
    assert oven["asked_at"].day == 1


def test_a_near_duplicate_points_at_the_earliest_and_shares_its_split(story: Story) -> None:
    oven, near = (story.after_first[name] for name in ("How heavy is the Cinder?", "How heavy is the Cinder? please"))
    assert near["near_duplicate_of"] == oven["prompt_id"]
    assert near["split"] == oven["split"]
    survivors = [row for row in story.after_first.values() if row["near_duplicate_of"] is None]
    assert len(survivors) == 3 + 3
    for row in survivors:
        assert (row["split"] == "holdout") == is_holdout(row["prompt_id"], SETTINGS.holdout_salt, 0.5)


def test_what_is_no_prompt_is_refused_with_its_reason(story: Story) -> None:
    quiet_ones = {name: reason for name, reason in story.refused.items() if "loud" not in name}
    assert quiet_ones == {"silent": "no_user_text", "answered": "last_is_not_user", "long": "too_long"}


def test_a_person_over_the_cap_is_refused_the_rest(story: Story) -> None:
    loud = [reason for name, reason in story.refused.items() if "loud" in name]
    assert loud == ["over_person_cap", "over_person_cap"]
    assert len(story.after_first) - len(quiet(story.after_first)) == 3


def test_workloads_are_those_of_the_log_and_else_unsorted(story: Story) -> None:
    found = {name: (story.after_first[name]["workload"], story.after_first[name]["workload_origin"]) for name in KEPT}
    assert found["How heavy is the Cinder?"] == ("facts", "log")
    assert found["How many loaves fit on the rack?"] == ("counter", "log")
    assert found["Where is the depot?"] == ("unsorted", "cluster")


def test_a_prompt_weighs_half_for_each_half_life_of_its_age(story: Story) -> None:
    """The newest request is of the 11th, the oven was asked last on the 2nd: nine of ten days."""
    assert story.after_first["How many loaves fit on the rack?"]["weight"] == 1.0
    assert story.after_first["How heavy is the Cinder?"]["weight"] == pytest.approx(0.5**0.9)


def test_what_was_taken_up_was_delivered_or_refused(story: Story) -> None:
    """Thirteen requests, of which two are one prompt."""
    assert story.first == Selected(round=1, taken_up=12, new=7, near_duplicates=1, rejected=5)


def test_a_rerun_changes_no_table(story: Story) -> None:
    """The refused five are judged again, and come to the same rows."""
    assert story.rerun == Selected(round=1, taken_up=5, new=0, near_duplicates=0, rejected=5)
    assert story.versions_after_rerun == story.versions


def test_a_later_round_adds_requests_to_the_prompt_there_is_and_moves_nothing(story: Story) -> None:
    assert story.after_second["How heavy is the Cinder?"]["request_ids"] == ["again", "first", "same"]
    still = {name: {**row, "request_ids": None, "weight": None} for name, row in story.after_first.items()}
    after = {name: {**row, "request_ids": None, "weight": None} for name, row in story.after_second.items()}
    assert {name: after[name] for name in still} == still
    weights = {name: story.after_second[name]["weight"] for name in KEPT}
    assert weights["How heavy is the Cinder?"] == 1.0
    assert weights["How many loaves fit on the rack?"] == pytest.approx(0.5)


def test_a_later_near_duplicate_joins_the_first_ones_survivor(story: Story) -> None:
    (late,) = (row for row in story.after_second.values() if row["request_ids"] == ["nearer"])
    oven = story.after_second["How heavy is the Cinder?"]
    assert (late["near_duplicate_of"], late["split"], late["round"]) == (oven["prompt_id"], oven["split"], 2)


def test_a_new_round_has_room_for_those_over_the_cap_of_the_last(story: Story) -> None:
    """Two of the loud one's five were left, and a round takes three of a person."""
    assert story.second == Selected(round=2, taken_up=1 + 5, new=1 + 2, near_duplicates=1, rejected=3)


def test_every_survivor_and_near_duplicate_is_signed(story: Story) -> None:
    ids = {row["prompt_id"] for row in story.after_second.values()}
    assert {row.entity_id for row in read(story.lakehouse, "signatures").frame.collect()} == ids
