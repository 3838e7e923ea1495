"""Compared answers become rows whichever way they are told; what no reward model should learn from is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from conf import Resolved
from examples.generate import generate
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rejections import Rejection
from lakehouse.subjects import pseudonym
from pipelines.feedback.preferences import parse_file, take_preferences
from pipelines.feedback.statements import Clerk
from pipelines.files import File
from pipelines.pieces import Piece
from pipelines.prompts.normal import prompt_id_of
from pipelines.redaction import Redactor
from pipelines.taking import Taken
from tests.lakehouse.rows import stored

KEY = SecretStr("key")
PAIR = {"id": "1", "workload": "facts", "prompt": "How much?", "chosen": "35 a day.", "rejected": "Much.", "rater": "a"}
TURNED = PAIR | {"chosen": "Much.", "rejected": "35 a day."}


def parse(resolved: Resolved, folder: Path, *records: Any) -> list[Piece]:
    (folder / "pairs.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    clerk = Clerk(Redactor(resolved.settings.redaction), KEY)
    limit = resolved.settings.pairs.max_characters
    return list(parse_file(File(str(folder / "pairs.jsonl"), "pairs.jsonl"), clerk, limit))


def rows(resolved: Resolved, folder: Path, *records: Any) -> list[dict[str, Any]]:
    parsed = parse(resolved, folder, *records)
    assert all(isinstance(one, dict) for one in parsed), parsed
    return [one for one in parsed if isinstance(one, dict)]


def test_nobody_is_named_and_the_prompt_is_known_as_a_message(resolved: Resolved, tmp_path: Path) -> None:
    told = PAIR | {"prompt": "I am anna@web.de ", "chosen": "Hello anna@web.de", "rejected": "Ask ben@web.de"}
    (row,) = rows(resolved, tmp_path, told)
    assert (row["prompt"], row["chosen"], row["rejected"]) == ("I am [EMAIL_1] ", "Hello [EMAIL_1]", "Ask [EMAIL_2]")
    assert row["rater_id"] == pseudonym(KEY, "a")
    assert row["prompt_id"] == prompt_id_of([{"role": "user", "content": "I am [EMAIL_1]"}])
    assert (row["tie"], row["margin"], row["origin"]) == (False, None, "human")


def test_both_orders_of_a_pair_are_one_preference_and_another_rater_has_one_of_their_own(
    resolved: Resolved, tmp_path: Path
) -> None:
    one, turned, other = rows(resolved, tmp_path, PAIR, TURNED, PAIR | {"rater": "b"})
    assert one["preference_id"] == turned["preference_id"] != other["preference_id"]
    assert (turned["chosen"], turned["rejected"]) == ("Much.", "35 a day.")


@pytest.mark.parametrize("said", [{"tie": True}, {"margin": 0}, {"tie": True, "margin": 0.0}])
def test_a_tie_is_the_same_row_in_either_order(said: dict[str, Any], resolved: Resolved, tmp_path: Path) -> None:
    one, turned = rows(resolved, tmp_path, PAIR | said, TURNED | said)
    assert one["tie"] is True
    assert one | {"source_line": 2} == turned


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"rejected": "35 a day."}, "self_pair"),
        ({"rejected": "35 a day.  \n"}, "self_pair"),
        ({"rejected": ""}, "no_rejected"),
        ({"chosen": " "}, "no_chosen"),
        ({"prompt": None}, "no_prompt"),
        ({"chosen": ["a"]}, "chosen_type"),
        ({"chosen": "x" * 100_000}, "too_long"),
        ({"margin": -1}, "margin_value"),
        ({"margin": float("nan")}, "margin_value"),
        ({"margin": 10**400}, "margin_value"),
        ({"margin": "2"}, "margin_type"),
        ({"tie": "no"}, "tie_type"),
        ({"tie": True, "margin": 2}, "tie_or_not"),
        ({"tie": False, "margin": 0}, "tie_or_not"),
    ],
)
def test_what_is_no_pair_is_refused_by_name(
    change: dict[str, Any], reason: str, resolved: Resolved, tmp_path: Path
) -> None:
    (refused,) = parse(resolved, tmp_path, PAIR | change)
    assert isinstance(refused, Rejection)
    assert refused.reason == reason


@pytest.mark.slow
def test_the_example_companys_pairs_are_taken_as_they_are_and_its_traps_are_seen(
    lakehouse: Lakehouse, resolved: Resolved, provenance: Provenance, tmp_path: Path
) -> None:
    generate(tmp_path / "company")
    file, redactor = tmp_path / "company" / "preferences.jsonl", Redactor(resolved.settings.redaction)
    taken = take_preferences(lakehouse, [file], resolved.settings.pairs, redactor, KEY, provenance)
    # 120 lines, of which truth/planted_pairs.json says: 2 repeat a pair in the other order, 1 is a self-pair and 1 has
    # an empty answer; 3 are contradicted by another rater, and 5 are ties: those stay
    assert taken == Taken(files=1, pieces=120, rows=116, new=116, rejected=4)
    assert stored(lakehouse, "rejections", "reason") == ["no_rejected", "repeated", "repeated", "self_pair"]
    assert sum(stored(lakehouse, "preferences", "tie")) == 5
    again = take_preferences(lakehouse, [file], resolved.settings.pairs, redactor, KEY, provenance)
    assert again == Taken(known=1)
