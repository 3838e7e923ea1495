"""Pairs are derived once, name what they came from, fall with it, and leave held-out prompts alone."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from conf import Resolved
from lakehouse.asking import spark_asker
from lakehouse.erasure import plan_erasure
from lakehouse.home import Home
from lakehouse.place import Lakehouse, Place
from lakehouse.provenance import Provenance
from lakehouse.read import current_version, read
from lakehouse.rim import step_run
from pipelines.feedback.golds import golds_of
from pipelines.reward.pairs.derive import Derived, derive_preferences
from pipelines.reward.pairs.training import pairs_in
from tests.pipelines.generate.story import settings_of
from tests.pipelines.reward.pairs.story import GOLD, add, asked, drawn, logged, rated

SETTINGS = settings_of("pairs.most_gold_pairs=1", "pairs.least_gap=0.2", "pairs.least_length_ratio=0.7").pairs
BETTER, WORSE = "the otter carries two children or so", "the heron carries no child or dogs"
CARRIES, WEIGHS, HELD_OUT = "Which one carries two?", "How heavy is it?", "What is held out?"


def tell(lakehouse: Lakehouse) -> None:
    prompts = [asked(CARRIES), asked(WEIGHS, request_ids=["up", "down", "shrug"])]
    add(lakehouse, "prompts", *prompts, asked(HELD_OUT, request_ids=["u", "d"], split="holdout"))
    thumbs = [logged("up", WEIGHS, "20 kg", "up"), logged("down", WEIGHS, "no idea", "down")]
    thumbs += [logged("shrug", WEIGHS, "heavy", None), logged("u", HELD_OUT, "yes", "up")]
    add(lakehouse, "requests", *thumbs, logged("d", HELD_OUT, "no", "down"))
    ratings = [rated("gold", CARRIES + " ", GOLD, 5.0, gold=True), rated("poor", CARRIES, "the heron", 2.0)]
    ratings += [rated("not ours", "Another prompt?", "good", 5.0), rated("as good", "Another prompt?", "fine", 4.5)]
    ratings += [rated("r1", HELD_OUT, "yes", 5.0, gold=True), rated("r2", HELD_OUT, "no", 1.0)]
    add(lakehouse, "ratings", *ratings)
    add(lakehouse, "candidates", drawn("c1", CARRIES, BETTER), drawn("c2", CARRIES, WORSE), drawn("c3", HELD_OUT, "no"))


@pytest.fixture(scope="module")
def told(spark: SparkSession, resolved: Resolved, tmp_path_factory: pytest.TempPathFactory) -> Lakehouse:
    """The story, once; the tests below stand in its order."""
    place = Place(Home(tmp_path_factory.mktemp("told")), resolved.settings.lakehouse)
    lakehouse = Lakehouse(spark, place)
    tell(lakehouse)
    return lakehouse


def test_ratings_thumbs_and_golds_become_pairs_that_name_what_they_came_from(
    told: Lakehouse, provenance: Provenance
) -> None:
    assert derive_preferences(told, SETTINGS, provenance, 1) == Derived(new=4, rating=1, thumbs=1, gold=2)
    rows = {(row.origin, row.chosen): row for row in read(told, "preferences").frame.collect()}
    assert {(*key, row.rejected): row.margin for key, row in rows.items()} == {
        ("rating", GOLD, "the heron"): 3.0,
        ("thumbs", "20 kg", "no idea"): None,
        # the nearer in length of both; 2 and 5 of its 7 words are in the gold answer's 8
        ("gold", GOLD, BETTER): pytest.approx(1 - 10 / 15),
        ("gold", BETTER, WORSE): pytest.approx(10 / 15 - 4 / 15),
    }
    assert rows["rating", GOLD].rating_ids == ["gold", "poor"]
    assert (rows["thumbs", "20 kg"].request_ids, rows["thumbs", "20 kg"].prompt) == (["down", "up"], WEIGHS)
    assert (rows["gold", BETTER].candidate_ids, rows["gold", BETTER].rating_ids) == (["c1", "c2"], ["gold"])


def test_deriving_again_finds_nothing_new_and_writes_nothing(told: Lakehouse, provenance: Provenance) -> None:
    version = current_version(told, "preferences")
    assert derive_preferences(told, SETTINGS, provenance, 1) == Derived(new=0)
    assert current_version(told, "preferences") == version
    (run,) = read(told, "runs").frame.collect()
    assert (run.step, run.rows_in, run.rows_new) == ("preferences.derive", 4, 4)


def test_what_was_derived_is_there_to_train_on(told: Lakehouse, provenance: Provenance) -> None:
    with step_run(told, "reward.train", provenance, 1) as run:
        rows = pairs_in(run, SETTINGS).collect()
        run.is_idle = True
    # a difference of 3 in ratings is three quarters of the way from 1 to 5
    assert {(row.chosen, row.margin) for row in rows if row.rejected == "the heron"} == {(GOLD, 0.75)}
    assert (len(rows), {row.weight for row in rows}) == (4, {1.0})


def test_gold_answers_find_their_prompt_by_its_text(told: Lakehouse) -> None:
    known = golds_of(read(told, "prompts").frame, read(told, "ratings").frame).collect()
    assert sorted(row.golds for row in known) == [[GOLD], ["yes"]]


def test_what_was_derived_from_a_persons_ratings_falls_with_them(told: Lakehouse) -> None:
    going = {(one.table, one.column): one.rows for one in plan_erasure(spark_asker(told), "anna").doomed}
    assert going == {("ratings", "rating_id"): 6, ("preferences", "rating_ids"): 3}
