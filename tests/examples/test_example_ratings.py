"""Ratings and preferences: the form is shown, the traps are set, and no logged prompt is answered by them."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from examples.generate import Example

Read = Callable[[str], list[dict[str, Any]]]
WORKLOADS = ["handbook", "counter", "route", "form", "blurb"]


def test_five_rated_answers_show_one_workload_each(rows: Read) -> None:
    five = rows("ratings.jsonl")
    assert [row["workload"] for row in five] == WORKLOADS
    for row in five:
        assert row.keys() == {"id", "workload", "prompt", "answer", "rating", "reason", "rater"}
        assert row["rating"] in (4, 5)
        assert len(row["reason"].split()) > 4


def test_five_of_each_workload_include_those_five(rows: Read) -> None:
    five, more = rows("ratings.jsonl"), rows("ratings_by_workload.jsonl")
    assert Counter(row["workload"] for row in more) == dict.fromkeys(WORKLOADS, 5)
    assert all(row in more for row in five)
    counter = [row["answer"] for row in more if row["workload"] == "counter"]
    assert sum(answer.startswith("Not on this sheet") for answer in counter) == 3


def test_poor_answers_are_rated_poor_and_are_to_other_prompts(rows: Read) -> None:
    poor = rows("ratings_poor.jsonl")
    assert [row["workload"] for row in poor] == WORKLOADS
    assert sorted(row["rating"] for row in poor) == [1, 1, 2, 2, 3]
    assert not {row["prompt"] for row in poor} & {row["prompt"] for row in rows("ratings_by_workload.jsonl")}


def test_the_demonstrations_are_the_companys_own_answers(example: Example) -> None:
    assert example.ratings.five[0]["answer"].endswith(".")
    assert example.ratings.five[1]["answer"].startswith("Not on this sheet; please ask the ")
    assert example.ratings.five[2]["answer"].startswith("Desk: ")
    assert example.ratings.five[3]["answer"].startswith('{"item": ')
    assert example.ratings.five[4]["answer"].endswith(" a day.")


def test_preferences_have_the_planted_traps(rows: Read, truth: Any) -> None:
    pairs = rows("preferences.jsonl")
    by_id = {row["id"]: row for row in pairs}
    assert len(by_id) == len(pairs) == 120
    planted = {row["id"]: row["plant"] for row in truth("planted_pairs.json")}
    traps = {"tie": 5, "contradiction": 3, "both_orders": 2, "self_pair": 1, "empty_answer": 1}
    assert Counter(planted.values()) == traps
    for key, plant in planted.items():
        row = by_id[key]
        turned = [other for other in pairs if (other["chosen"], other["rejected"]) == (row["rejected"], row["chosen"])]
        if plant == "tie":
            assert row["margin"] == 0 and row["chosen"] != row["rejected"]
        elif plant == "both_orders":
            assert [other["rater"] for other in turned] == [row["rater"]]
        elif plant == "contradiction":
            assert len(turned) == 1 and turned[0]["rater"] != row["rater"]
        else:
            assert row["rejected"] == {"self_pair": row["chosen"], "empty_answer": ""}[plant]


def test_only_ties_have_no_margin(rows: Read, truth: Any) -> None:
    ties = {row["id"] for row in truth("planted_pairs.json") if row["plant"] == "tie"}
    assert {row["id"] for row in rows("preferences.jsonl") if row["margin"] == 0} == ties


def test_the_shorter_answer_is_not_always_the_better(rows: Read) -> None:
    """A reward model that only counts words must not look good here."""
    clear = [row for row in rows("preferences.jsonl") if row["margin"] and row["rejected"]]
    lengths = [(len(row["chosen"].split()), len(row["rejected"].split())) for row in clear]
    differing = [(chosen, rejected) for chosen, rejected in lengths if chosen != rejected]
    shorter = sum(chosen < rejected for chosen, rejected in differing) / len(differing)
    assert 0.35 < shorter < 0.65


def test_nothing_that_raters_saw_is_asked_in_the_log(example: Example, rows: Read) -> None:
    """Not the prompts, nor their passages: so a held-out prompt is unseen, whoever holds it out."""
    files = ("ratings.jsonl", "ratings_by_workload.jsonl", "ratings_poor.jsonl", "preferences.jsonl")
    seen = "\n".join(row["prompt"] for name in files for row in rows(name))
    gold = rows("truth/gold.jsonl")
    assert len(gold) > 300
    assert not [row["request_id"] for row in gold if row["source"] in seen]
    entries = [entry for wave in example.waves.entries.values() for entry in wave]
    assert not [entry.request_id for entry in entries if len(entry.prompt.split()) > 5 and entry.prompt in seen]


def test_machines_of_the_raters_are_not_those_of_the_log(rows: Read) -> None:
    def named(file: str) -> set[str]:
        return {row["answer"].split(":")[0] for row in rows(file) if row["workload"] in ("handbook", "blurb")}

    rated, logged = named("ratings_by_workload.jsonl"), named("truth/gold.jsonl")
    assert len(rated) >= 8 and len(logged) > 40
    assert not rated & logged
