"""From answers in evaluations through a file to preferences, and to a figure that the gate can read."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from pydantic import SecretStr

from conf import load_settings
from lakehouse.place import Lakehouse
from lakehouse.provenance import provenance_of
from lakehouse.read import current_version, read
from lakehouse.write import append_missing
from pipelines.release.answers import NothingToCompare
from pipelines.release.blind import BallotFileError
from pipelines.release.compare import Counted, Exported, export_pairs, take_votes
from tests.lakehouse.rows import frame
from tests.lakehouse.story import asked, row

pytestmark = pytest.mark.slow
KEY, PROMPTS = SecretStr("a key"), 24
RESOLVED = load_settings("test")


def told(lakehouse: Lakehouse) -> None:
    """Two models; to the first prompt both answer the same."""
    ids = [f"p{number:02}" for number in range(PROMPTS)]
    prompts = [row("prompts", prompt_id=id, messages=asked(f"What of {id}?"), split="holdout", request_ids=["r"],
                   workload="orders" if id < "p12" else "stock") for id in ids]  # fmt: skip
    said = [
        row("evaluations", evaluation_id=f"{policy} {id}", policy_id=policy, suite="holdout", suite_digest=f"of {id}",
            metric="answer", slice="all", prompt_id=id, answer="The same." if id == "p00" else f"{policy} says {id}")
        for policy in ("new", "old") for id in ids
    ]  # fmt: skip
    said += [
        row("evaluations", evaluation_id=f"{policy} reward", policy_id=policy, suite="holdout", suite_digest="v1",
            metric="reward", slice="all", value=1.0) for policy in ("new", "old")
    ]  # fmt: skip
    policies = [row("policies", policy_id=name, kind="tuned", round=n) for n, name in ((1, "old"), (2, "new"))]
    runs = [row("runs", run_id="x", status="done", rows_in=0, rows_out=0, rows_rejected=0)]
    for table, rows in {"prompts": prompts, "evaluations": said, "policies": policies, "runs": runs}.items():
        append_missing(lakehouse, table, frame(lakehouse, table, rows))


def exported(lakehouse: Lakehouse, file: Path, policy: str = "new") -> Exported:
    return export_pairs(lakehouse, RESOLVED.settings.release, KEY, provenance_of(RESOLVED), file, policy, "old")


def taken(lakehouse: Lakehouse, file: Path) -> Counted:
    settings = RESOLVED.settings
    return take_votes(lakehouse, settings.release, settings.trust, KEY, provenance_of(RESOLVED), 1, file)


def vote(file: Path, voter: str, losses: tuple[str, ...] = ()) -> None:
    """Everybody prefers the new model but to some prompts, calls p23 a tie, and leaves p22 out."""
    with file.open(newline="") as stream:
        records = list(csv.DictReader(stream))
    for record in records:
        prompt = record["prompt"].removeprefix("What of ").removesuffix("?")
        wanted = "old" if prompt in losses else "new"
        side = "left" if record["left"].startswith(wanted) else "right"
        record |= {"vote": {"p23": "tie", "p22": ""}.get(prompt, side), "voter": voter}
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(records[0]))
        writer.writeheader()
        writer.writerows(records)


def test_votes_become_preferences_and_a_win_rate(lakehouse: Lakehouse, tmp_path: Path) -> None:
    told(lakehouse)
    with pytest.raises(NothingToCompare, match="answers of two models, unknown and old"):
        exported(lakehouse, tmp_path / "none.csv", "unknown")
    file = tmp_path / "votes.csv"
    found = exported(lakehouse, file)
    assert (found.pairs, found.alike) == (23, 1)
    vote(file, "anna", losses=("p01", "p02"))
    first = taken(lakehouse, file)
    assert (first.policy_id, first.rival_policy_id, first.voters) == ("new", "old", 1)
    assert (first.votes, first.new, first.rejected, first.unanswered) == (22, 22, 0, 1)
    assert first.figures[0].value == pytest.approx(19.5 / 22)  # 22 votes: 2 losses, 1 tie
    assert [one.slice for one in first.figures] == ["all", "orders", "stock"]
    assert first.figures[1].value == pytest.approx(9 / 11)

    kept = read(lakehouse, "preferences").frame
    assert kept.where("origin = 'human' AND rater_id <> 'anna' AND workload IN ('orders', 'stock')").count() == 22
    (tie,) = kept.where("tie").collect()
    assert (tie.chosen, tie.rejected, tie.prompt) == ("new says p23", "old says p23", "What of p23?")

    version = current_version(lakehouse, "preferences")
    assert (taken(lakehouse, file).new, current_version(lakehouse, "preferences")) == (0, version)
    second = tmp_path / "ben.csv"
    exported(lakehouse, second)
    vote(second, "ben")
    both = taken(lakehouse, second)
    assert (both.new, both.voters, both.figures[0].prompts) == (22, 2, 22)
    assert both.figures[0].value == pytest.approx((19.5 + 21.5) / 44)
    figures = {
        one.policy_id: one for one in read(lakehouse, "evaluations").frame.where("metric = 'win_rate:human'").collect()
        if one.slice == "all"
    }  # fmt: skip
    assert figures["new"].value == pytest.approx(41 / 44) and figures["old"].value == pytest.approx(3 / 44)
    assert figures["new"].low == pytest.approx(1 - figures["old"].high)
    assert (figures["new"].rival_policy_id, figures["new"].suite_digest) == ("old", "v1")

    strange = tmp_path / "strange.csv"
    strange.write_text(second.read_text().replace(second.read_text().splitlines()[1].split(",")[1], "0" * 32))
    with pytest.raises(BallotFileError, match="names 1 of which 0 are known here"):
        taken(lakehouse, strange)
