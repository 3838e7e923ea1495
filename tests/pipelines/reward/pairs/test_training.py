"""Training pairs: one for each pair of answers, as most say; a prompt's pairs, and its near copies', on one side."""

from __future__ import annotations

from typing import Any

import pytest

from lakehouse.place import Lakehouse
from pipelines.prompts.holdout import is_holdout
from pipelines.prompts.normal import prompt_id_of_text
from pipelines.reward.pairs.training import resolved_pairs, training_pairs
from tests.lakehouse.rows import frame
from tests.pipelines.generate.story import settings_of
from tests.pipelines.reward.pairs.story import asked, compared

NEAR = "Which one carries three?"
SYSTEM = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "And this?"}]


def votes() -> list[dict[str, Any]]:
    two_to_one = [compared("1", "p", "good", "bad", margin=1.0), compared("2", "p", "good", "bad", margin=5.0)]
    two_to_one.append(compared("3", "p", "bad", "good", margin=2.0))
    even = [compared("4", "p", "one", "other"), compared("5", "p", "other", "one", origin="thumbs")]
    half = [
        compared("6", "q", "y", "x", margin=3.0, origin="rating"),
        compared("7", "q", "x", "y", tie=True, margin=0.0),
    ]
    ties = [compared("8", "q", "a", "b", tie=True), compared("9", "q", "a", "b", tie=True)]
    held = [compared("10", "Held out?", "yes", "no")]
    whole = [compared("11", "system: Be brief.\n\nuser: And this?", "yes", "no", prompt_id="whole")]
    return [*two_to_one, *even, *half, *ties, *held, *whole]


def test_most_votes_decide_and_how_many_is_the_weight(lakehouse: Lakehouse) -> None:
    settings = settings_of().pairs
    prompts = [asked("Held out?", split="holdout"), asked("a near copy", near_duplicate_of=prompt_id_of_text(NEAR))]
    prompts.append(asked("And this?", prompt_id="whole", messages=SYSTEM))
    many = [compared(f"n{number}", f"Number {number}?", "yes", "no") for number in range(200)]
    near = [compared("near", NEAR, "yes", "no"), compared("copy", "a near copy", "yes", "no")]
    told = frame(lakehouse, "preferences", [*votes(), *many, *near])
    rows = {
        row.preference_id: row for row in training_pairs(told, frame(lakehouse, "prompts", prompts), settings).collect()
    }
    few = {name: row for name, row in rows.items() if name.isdigit()}
    assert {name: (row.chosen, row.rejected, row.tie, row.margin, row.weight) for name, row in few.items()} == {
        # margins of people count from 0 to 2: 1 is a half, and 5 is as much as 2; two of three votes, less one
        "1": ("good", "bad", False, pytest.approx((0.5 + 1.0) / 2), pytest.approx(1 / 3)),
        # a difference of 3 of 4 in ratings; one vote, and one tie
        "6": ("y", "x", False, pytest.approx(3 / 4), pytest.approx(1 / 2)),
        "8": ("a", "b", True, 0.0, 1.0),
        "11": ("yes", "no", False, None, 1.0),
    }
    assert few["1"].preference_ids == ["1", "2", "3"]
    assert [list(map(tuple, few[name].messages)) for name in ("1", "11")] == [
        [("user", "p")],
        [("system", "Be brief."), ("user", "And this?")],
    ]
    sides = {row.prompt_id: row.split for name, row in rows.items() if name.startswith("n")}
    kept = [name for name in sides if is_holdout(name, settings.holdout_salt, settings.holdout_share)]
    assert sorted(name for name, side in sides.items() if side == "holdout") == sorted(kept)
    assert 10 < len(kept) < 60
    assert rows["near"].split == rows["copy"].split
    weights = {row.preference_id: row.weight for row in resolved_pairs(told, settings).collect()}
    assert weights["4"] == 0.0
