"""Hard pairs: a policy's own answers, far enough apart in truth and alike in length, and few easy ones."""

from __future__ import annotations

from itertools import product

import pytest

from conf import PairsSettings, load_settings
from pipelines.reward.pairs.gold import hard_pairs

GOLD = "the otter carries two children and a dog"


@pytest.fixture(scope="module")
def settings() -> PairsSettings:
    few = [
        "pairs.most_gold_pairs=1",
        "pairs.most_candidate_pairs=4",
        "pairs.least_gap=0.2",
        "pairs.least_length_ratio=0.7",
    ]
    return load_settings("test", few).settings.pairs


def drawn(*answers: str) -> list[tuple[str, str]]:
    return [(f"c{number}", answer) for number, answer in enumerate(answers)]


def test_the_gold_answer_stands_before_the_wrong_one_that_is_most_like_it_in_length(settings: PairsSettings) -> None:
    far, near = "no", "the heron is a bicycle of great renown, no?"
    (pair,) = hard_pairs(drawn(far, near), [GOLD], settings)
    assert (pair.chosen, pair.rejected, pair.candidate_ids) == (GOLD, near, ["c1"])
    # one word in common (the; `a` too): 2 * 2 / (8 + 9)
    assert pair.margin == pytest.approx(1 - 4 / 17)


def test_a_better_candidate_stands_before_a_worse_one_only_if_they_are_alike_in_length(settings: PairsSettings) -> None:
    better, worse, short = "the otter carries two children or so", "the heron carries no child or dogs", "otter"
    pairs = [pair for pair in hard_pairs(drawn(better, worse, short), [GOLD], settings) if pair.chosen != GOLD]
    # overlaps: 5 of 7 and 8 words, 2 of 7 and 8 words; `otter` is worse too, and 31 characters shorter
    assert [(pair.chosen, pair.rejected) for pair in pairs] == [(better, worse)]
    assert pairs[0].margin == pytest.approx(10 / 15 - 4 / 15)
    assert pairs[0].candidate_ids == ["c0", "c1"]


def test_answers_that_are_about_as_good_are_no_pair(settings: PairsSettings) -> None:
    assert hard_pairs(drawn(GOLD, GOLD + " too", GOLD + " and"), [GOLD], settings) == []


def test_the_same_answer_twice_is_one_and_an_empty_one_is_none(settings: PairsSettings) -> None:
    pairs = hard_pairs([("c2", "no idea"), ("c1", "no idea "), ("c0", " ")], [GOLD], settings)
    assert [(pair.rejected, pair.candidate_ids) for pair in pairs] == [("no idea", ["c1"])]


def test_any_of_several_gold_answers_makes_a_candidate_right(settings: PairsSettings) -> None:
    assert hard_pairs(drawn("it is 35 euros"), [GOLD, "it is 35 euros"], settings) == []


def test_the_longer_answer_is_the_better_one_as_often_as_the_shorter(settings: PairsSettings) -> None:
    right = ["the otter carries two children" + " x" * number for number in range(6)]
    wrong = ["the heron has not one bit of i" + " y" * number for number in range(4)]
    all_pairs = {"most_candidate_pairs": 100, "most_gold_pairs": 0, "least_length_ratio": 0.5, "least_gap": 0.3}
    many = settings.model_copy(update=all_pairs)
    pairs = hard_pairs(drawn(*right, *wrong), [GOLD], many)
    possible = [len(one) - len(other) for one, other in product(right, wrong)]
    longer, shorter = (sum(sign * difference > 0 for difference in possible) for sign in (1, -1))
    assert longer != shorter
    kept = [pair.longer_by for pair in pairs]
    assert sum(one == 0 for one in kept) == sum(one == 0 for one in possible) > 0
    assert sorted((sum(one > 0 for one in kept), sum(one < 0 for one in kept))) == [
        min(longer, shorter),
        min(longer, shorter) + 1,
    ]


def test_the_pairs_do_not_depend_on_the_order_of_the_candidates(settings: PairsSettings) -> None:
    candidates = drawn("the otter carries two men", "the heron has one seat", "an otter carries children", "nothing at")
    found = hard_pairs(candidates, [GOLD], settings)
    assert len(found) == 2
    assert hard_pairs(candidates[::-1], [GOLD], settings) == found
