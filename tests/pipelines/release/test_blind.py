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
from pipelines.release.blind import Answers, BallotFileError, ballots_of, write_ballots
from pipelines.release.votes import records_in, vote_of

KEY = SecretStr("a key")
PROMPTS = 400


def answers(prompts: int = PROMPTS) -> Answers:
    """Two models that always say whose answer it is, so that a test can see it and a file must not."""
    ids = [f"p{number}" for number in range(prompts)]
    given = {id: (f"first says {id}", f"second says {id}") for id in ids}
    return Answers("holdout", "v1", ("one", "two"), {id: ("orders", f"What of {id}?") for id in ids}, given)


def test_sides_and_order_are_a_coins_toss_that_falls_the_same_way_every_time() -> None:
    ballots = ballots_of(answers(), KEY)
    assert ballots == ballots_of(answers(), KEY)
    heads = [one.first_is_left for one in ballots]
    assert binomtest(sum(heads), PROMPTS).pvalue > 0.01
    changes = sum(one != other for one, other in itertools.pairwise(heads))
    assert binomtest(changes, PROMPTS - 1).pvalue > 0.01
    numbers = [int(one.prompt_id[1:]) for one in ballots]
    rises = sum(one < other for one, other in itertools.pairwise(numbers))
    assert abs(rises - PROMPTS / 2) < 40 and sorted(numbers) == [*range(PROMPTS)]
    other = {one.prompt_id: one.first_is_left for one in ballots_of(answers(), SecretStr("another key"))}
    same = sum(other[one.prompt_id] == one.first_is_left for one in ballots)
    assert binomtest(same, PROMPTS).pvalue > 0.01
    assert all((one.left.startswith("first")) == one.first_is_left for one in ballots)


def test_who_answers_the_same_is_not_asked_about() -> None:
    found = answers(3)
    given = dict(found.given) | {"p1": ("Both say so.", " Both say so.\n")}
    alike = Answers(found.suite, found.suite_digest, found.policies, found.prompts, given)
    assert sorted(one.prompt_id for one in ballots_of(alike, KEY)) == ["p0", "p2"]


@pytest.mark.parametrize("name", ["votes.csv", "votes.jsonl"])
def test_a_file_holds_texts_and_keyed_names_alone_and_every_vote_finds_its_model(name: str, tmp_path: Path) -> None:
    told = answers(40)
    ballots, file = ballots_of(told, KEY), tmp_path / name
    write_ballots(file, ballots, told.comparison(KEY))
    text = file.read_text()
    assert '"one"' not in text and ",one," not in text and "two" not in text and "v1" not in text
    with pytest.raises(BallotFileError, match="is there already, and may hold votes"):
        write_ballots(file, ballots, told.comparison(KEY))

    for_first = [vote_for("first", record) for _, record in records_in(File(str(file), name))]
    rewrite(file, for_first)
    known = {one.pair_id: one for one in ballots}
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
    ballots = {one.pair_id: one for one in ballots_of(answers(2), KEY)}
    pair, file = next(iter(ballots)), File("votes.csv", "votes.csv")
    tie = vote_of({"pair": pair, "vote": "tie"}, file, 2, ballots, KEY)
    assert isinstance(tie, dict) and (tie["tie"], tie["rater_id"]) == (True, None)
    assert tie["chosen"] < tie["rejected"]
    assert vote_of({"pair": pair, "vote": " "}, file, 3, ballots, KEY) is None
    refused = [
        vote_of({"pair": pair, "vote": "both"}, file, 4, ballots, KEY),
        vote_of({"pair": "strange", "vote": "left"}, file, 5, ballots, KEY),
    ]
    assert [one.reason for one in refused if isinstance(one, Rejection)] == ["vote_value", "unknown_pair"]


def test_what_a_spreadsheet_would_compute_is_text(tmp_path: Path) -> None:
    given = {"p": ("=1+1", "-2")}
    told = Answers("holdout", "v1", ("one", "two"), {"p": ("orders", "@sum")}, given)
    write_ballots(tmp_path / "votes.csv", ballots_of(told, KEY), "c")
    (record,) = [record for _, record in records_in(File(str(tmp_path / "votes.csv"), "votes.csv"))]
    assert (record["prompt"], {record["left"], record["right"]}) == ("'@sum", {"'=1+1", "'-2"})


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BallotFileError, match="ends in .csv or .jsonl"):
        write_ballots(tmp_path / "votes.xlsx", [], "c")
    (tmp_path / "broken.jsonl").write_text("{}\nnot json\n")
    with pytest.raises(BallotFileError, match="line 2 of broken.jsonl: Expected JSON"):
        records_in(File(str(tmp_path / "broken.jsonl"), "broken.jsonl"))
