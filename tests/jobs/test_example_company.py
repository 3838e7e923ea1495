"""The example company through the program: taken in once, known the second time, and one person erased."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from jobs.command import app
from jobs.demo import company_files
from tests.jobs.canary import SAID, everything_in

Json = Any
PERSON = "canary.quenby"


@pytest.fixture(scope="module")
def company(spark: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that takes the company's files; the tests below stand in the order of its story."""
    home = tmp_path_factory.mktemp("company") / "home"
    company_files(home / "example")
    return home


@pytest.fixture(scope="module")
def asked(company: Path) -> Callable[..., Json]:
    def ask(*arguments: str) -> Json:
        command = ["--json", "--conf", "test", "--home", str(company), *arguments]
        result = CliRunner().invoke(app, command, prog_name="lakewheel")
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    return ask


@pytest.fixture(scope="module")
def first(asked: Callable[..., Json], company: Path) -> Json:
    return all_taken(asked, company)


def all_taken(asked: Callable[..., Json], company: Path) -> Json:
    """What taking in everything that the company has comes to, and drawing for a few prompts."""
    files = company / "example"
    requests = asked("prompts", "take", str(files / "logs"))
    return {
        "documents": asked("documents", "take", str(files / "documents"), "--source", "handbook"),
        "requests": requests,
        "prompts": requests["prompts"],
        "ratings": asked("ratings", "take", str(files / "ratings_by_workload.jsonl")),
        "preferences": asked("preferences", "take", str(files / "preferences.jsonl")),
        "candidates": asked("generate", "--prompts", "12"),
    }


def test_every_piece_became_a_row_or_a_refusal(first: Json, company: Path) -> None:
    counts = json.loads((company / "example" / "truth" / "counts.json").read_text())
    assert first["documents"]["files"] == counts["files"]
    assert first["requests"]["pieces"] == sum(counts["log_lines"].values())
    for taken in (first["documents"], first["requests"]):
        assert taken["new"] > 0
        assert taken["pieces"] == taken["rows"] + taken["rejected"]
    assert (first["preferences"]["new"], first["preferences"]["rejected"]) == (116, 4)
    drawn = first["candidates"]
    assert drawn["planned"] == drawn["new"] > 0
    assert first["prompts"]["taken_up"] == first["prompts"]["new"] + first["prompts"]["rejected"] > 0


def test_what_the_company_knows_to_be_unreadable_was_refused_where_it_stands(
    first: Json, company: Path, asked: Callable[..., Json]
) -> None:
    known = json.loads((company / "example" / "truth" / "rejected.json").read_text())
    lines = {
        (Path(one["file"]).name, one["line"])
        for one in known
        if one["stage"] == "reading" and one["file"].startswith("logs/")
    }
    refused = asked("sql", "SELECT source_file, source_line FROM rejections WHERE step = 'prompts.take'")
    assert len(lines) > 5
    assert lines <= {(one["source_file"], one["source_line"]) for one in refused}


def test_taking_the_same_files_again_reads_and_writes_nothing(
    first: Json, asked: Callable[..., Json], company: Path
) -> None:
    versions = {one["table"]: one["version"] for one in asked("tables")}
    again = all_taken(asked, company)
    for name in ("documents", "requests"):
        assert (again[name]["files"], again[name]["known"]) == (0, first[name]["files"])
    assert (again["prompts"]["taken_up"], again["prompts"]["new"]) == (0, 0)
    assert again["candidates"]["planned"] == 0
    assert {one["table"]: one["version"] for one in asked("tables")} == versions


def test_the_planted_person_can_be_read_nowhere(first: Json, company: Path) -> None:
    canary = json.loads((company / "example" / "truth" / "canary.json").read_text())
    said = everything_in(company, but=company / "example")
    assert [canary[kind] for kind in SAID if canary[kind] in said] == []
    assert "[EMAIL_1]" in said


def test_a_request_is_traced_to_the_run_that_took_it(first: Json, asked: Callable[..., Json]) -> None:
    (row,) = asked("sql", "SELECT request_id FROM requests ORDER BY request_id LIMIT 1")
    lineage = asked("lineage", row["request_id"])
    assert lineage["table"] == "requests"
    assert lineage["run"]["step"] == "prompts.take"
    assert lineage["run"]["outputs"]["requests"] == 1


def test_a_person_is_erased_only_when_that_is_said(first: Json, asked: Callable[..., Json]) -> None:
    """Four requests, of which each is a prompt of its own, and each prompt is signed."""
    dry = asked("erase", "--subject", PERSON)
    assert (dry["erased"], dry["rows"]) == (False, 4 + 4 + 4)
    before = asked("sql", "SELECT count(*) AS rows FROM requests")[0]["rows"]
    assert asked("erase", "--subject", PERSON, "--yes")["rows"] == 12
    assert asked("sql", "SELECT count(*) AS rows FROM requests")[0]["rows"] == before - 4
    assert asked("erase", "--subject", PERSON)["rows"] == 0
    (run,) = asked("sql", "SELECT rows_in, rows_out FROM runs WHERE step = 'erase'")
    assert run == {"rows_in": 12, "rows_out": 12}


def test_an_erased_person_does_not_come_back_with_the_same_files(
    first: Json, asked: Callable[..., Json], company: Path
) -> None:
    before = asked("sql", "SELECT count(*) AS rows FROM requests")[0]["rows"]
    assert asked("prompts", "take", str(company / "example" / "logs"))["new"] == 0
    assert asked("sql", "SELECT count(*) AS rows FROM requests")[0]["rows"] == before


def test_upkeep_changes_no_row(first: Json, asked: Callable[..., Json]) -> None:
    before = asked("sql", "SELECT count(*) AS rows FROM documents")
    (tidied,) = asked("upkeep", "documents")
    assert tidied["table"] == "documents"
    assert tidied["files_after"] <= tidied["files_before"]
    assert asked("sql", "SELECT count(*) AS rows FROM documents") == before


def test_pairs_are_derived_from_what_is_there_and_only_once(first: Json, asked: Callable[..., Json]) -> None:
    derived = asked("preferences", "derive")
    assert derived["new"] == derived["rating"] + derived["thumbs"] + derived["gold"]
    counts = asked("sql", "SELECT origin, count(*) AS pairs FROM preferences GROUP BY origin ORDER BY origin")
    assert counts[0] == {"origin": "human", "pairs": 116}
    assert {one["origin"]: one["pairs"] for one in counts[1:]} == {
        origin: derived[origin] for origin in ("gold", "rating", "thumbs") if derived[origin]
    }
    assert asked("preferences", "derive")["new"] == 0
