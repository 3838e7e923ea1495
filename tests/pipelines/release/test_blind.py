"""Nothing in a file of pairs says whose answer is whose, and every vote finds its way back."""

from __future__ import annotations

import csv
import itertools
import json
from pathlib import Path

import pytest
from pydantic import SecretStr
from scipy.stats import binomtest

from lakehouse.rejections import Rejection
from pipelines.files import File
from pipelines.release.blind import Answers, Ballot, BallotFileError, Pair, ballots_of, write_ballots
from pipelines.release.votes import records_in, vote_of

KEY = SecretStr("a key")
PROMPTS = 400


def answers(prompts: int = PROMPTS) -> Answers:
    """Two models that always say whose answer it is, so that a test can see it and a file must not."""
    return Answers("holdout", ("one", "two"), tuple(pair(f"p{number}") for number in range(prompts)))


def pair(id: str, **changed: str) -> Pair:
    told = {"first": f"first says {id}", "second": f"second says {id}"} | changed
    return Pair(id, "orders", f"What of {id}?", **told)


def ballots(told: Answers, key: SecretStr = KEY) -> list[Ballot]:
    return ballots_of(told, told.newest.values(), key)


def test_sides_and_order_are_a_coins_toss_that_falls_the_same_way_every_time() -> None:
    found = ballots(answers())
    assert found == ballots(answers())
    heads = [one.first_is_left for one in found]
    assert binomtest(sum(heads), PROMPTS).pvalue > 0.01
    changes = sum(one != other for one, other in itertools.pairwise(heads))
    assert binomtest(changes, PROMPTS - 1).pvalue > 0.01
    numbers = [int(one.prompt_id[1:]) for one in found]
    rises = sum(one < other for one, other in itertools.pairwise(numbers))
    assert abs(rises - PROMPTS / 2) < 40 and sorted(numbers) == [*range(PROMPTS)]
    other = {one.prompt_id: one.first_is_left for one in ballots(answers(), SecretStr("another key"))}
    same = sum(other[one.prompt_id] == one.first_is_left for one in found)
    assert binomtest(same, PROMPTS).pvalue > 0.01
    assert all((one.left.startswith("first")) == one.first_is_left for one in found)


def test_who_answers_the_same_is_not_asked_about_and_the_newest_answers_count() -> None:
    alike = pair("p1", first="Both say so.", second=" Both say so.\n")
    old = pair("p2", first="It said so before.")
    told = Answers("holdout", ("one", "two"), (pair("p0"), alike, pair("p2"), old))
    asked = ballots(told)
    assert sorted(one.prompt_id for one in asked) == ["p0", "p2"]
    assert not any("before" in text for one in asked for text in one.sides.values())
    assert len(ballots_of(told, told.pairs, KEY)) == 3


@pytest.mark.parametrize("name", ["votes.csv", "votes.jsonl"])
def test_a_file_holds_texts_and_keyed_names_alone_and_every_vote_finds_its_model(name: str, tmp_path: Path) -> None:
    told = answers(40)
    pairs, file = ballots(told), tmp_path / name
    write_ballots(file, pairs, told.comparison(KEY))
    text = file.read_text()
    assert '"one"' not in text and ",one," not in text and "two" not in text
    with pytest.raises(BallotFileError, match="is there already, and may hold votes"):
        write_ballots(file, pairs, told.comparison(KEY))

    for_first = [vote_for("first", record) for _, record in records_in(File(str(file), name))]
    rewrite(file, for_first)
    known = {one.pair_id: one for one in pairs}
    rows = [
        vote_of(record, File(str(file), name), line, known, KEY) for line, record in records_in(File(str(file), name))
    ]
    assert len(rows) == 40
    assert all(isinstance(row, dict) and row["chosen"] == f"first says {row['prompt_id']}" for row in rows)
    assert all(isinstance(row, dict) and row["rejected"].startswith("second") and not row["tie"] for row in rows)
    raters = {row["rater_id"] for row in rows if isinstance(row, dict)}
    assert len(raters) == 1 and "anna" not in str(raters)


def vote_for(side: str, record: dict[str, str]) -> dict[str, str]:
    return record | {"vote": "left" if record["left"].startswith(side) else " RIGHT ", "voter": "anna"}


def rewrite(file: Path, records: list[dict[str, str]]) -> None:
    if file.suffix == ".jsonl":
        file.write_text("".join(json.dumps(one) + "\n" for one in records))
        return
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(records[0]))
        writer.writeheader()
        writer.writerows(records)


def test_ties_empty_votes_strange_votes_and_strange_pairs() -> None:
    known = {one.pair_id: one for one in ballots(answers(2))}
    name, file = next(iter(known)), File("votes.csv", "votes.csv")
    tie = vote_of({"pair": name, "vote": "tie"}, file, 2, known, KEY)
    assert isinstance(tie, dict) and (tie["tie"], tie["rater_id"]) == (True, None)
    assert tie["chosen"] < tie["rejected"]
    assert vote_of({"pair": name, "vote": " "}, file, 3, known, KEY) is None
    refused = [
        vote_of({"pair": name, "vote": "both"}, file, 4, known, KEY),
        vote_of({"pair": "strange", "vote": "left"}, file, 5, known, KEY),
    ]
    assert [one.reason for one in refused if isinstance(one, Rejection)] == ["vote_value", "unknown_pair"]


def test_what_a_spreadsheet_would_compute_is_text(tmp_path: Path) -> None:
    told = Answers("holdout", ("one", "two"), (Pair("p", "orders", "@sum", "=1+1", "-2"),))
    write_ballots(tmp_path / "votes.csv", ballots(told), "c")
    (record,) = [record for _, record in records_in(File(str(tmp_path / "votes.csv"), "votes.csv"))]
    assert (record["prompt"], {record["left"], record["right"]}) == ("'@sum", {"'=1+1", "'-2"})


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BallotFileError, match="ends in .csv or .jsonl"):
        write_ballots(tmp_path / "votes.xlsx", [], "c")
    (tmp_path / "broken.jsonl").write_text("{}\nnot json\n")
    with pytest.raises(BallotFileError, match="line 2 of broken.jsonl: Expected JSON"):
        records_in(File(str(tmp_path / "broken.jsonl"), "broken.jsonl"))
