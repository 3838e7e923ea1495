"""The doors of A/B tests: what a person reads, and what a program gets."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jobs.command import app
from lakehouse.home import Home
from lakehouse.place import Lakehouse, Place
from lakehouse.write import append_missing
from tests.jobs.conftest import Typed
from tests.lakehouse.rows import frame


def test_simulated_tests_are_a_table_or_an_object_for_each_effect() -> None:
    typed = [
        "ab",
        "simulate",
        "--effect",
        "0",
        "--effect",
        "0.4",
        "--base",
        "0.3",
        "--people",
        "400",
        "--repeats",
        "20",
    ]
    table = CliRunner().invoke(app, typed)
    assert (table.exit_code, table.stderr) == (0, "")
    assert table.stdout.split()[:6] == ["true", "effect", "called", "better", "called", "worse"]
    told = json.loads(CliRunner().invoke(app, [*typed, "--json"]).stdout)
    assert [(one["effect"], one["better"], one["repeats"]) for one in told] == [(0.0, 0.0, 20), (0.4, 1.0, 20)]


def test_a_world_that_cannot_be_is_one_sentence() -> None:
    told = CliRunner().invoke(app, ["ab", "simulate", "--base", "0.95"])
    assert (told.exit_code, told.stderr.startswith("lakewheel ab: expected means between 0 and 1")) == (1, True)


@pytest.mark.slow
def test_a_test_from_start_to_stop_as_a_person_types_it(typed: Typed, lakehouse: Lakehouse, tmp_path: Path) -> None:
    home = Home(tmp_path / "typed")
    there = Lakehouse(lakehouse.spark, Place(home, lakehouse.settings))
    row = {"name": "n", "round": 0, "model_digest": "d", "location": "l", "run_id": "run", "kind": "base"}
    append_missing(there, "policies", frame(there, "policies", [row | {"policy_id": one} for one in ("old", "new")]))

    def ab(*words: str) -> str:
        told = typed("--conf", "test", "--home", str(home.folder), "ab", *words)
        assert told.code == 0, told.err
        return told.out

    assert ab("status") == "ab: there is no test yet; `lakewheel ab start NAME` begins one\n"
    assert ab("start", "otter", "--champion", "old", "--challenger", "new").startswith("ab: otter runs; 0.5 of all")
    events = tmp_path / "events.jsonl"
    now = datetime.now(timezone.utc).isoformat()
    lines = [{"event": "exposure", "subject": f"p{n}", "arm": "challenger", "at": now} for n in range(40)]
    events.write_text("".join(json.dumps(line) + "\n" for line in lines))
    taken = json.loads(ab("take", str(events), "--json"))
    assert taken["rows"] + taken["rejected"] == 40 and 5 < taken["rows"] < 35
    assert "nothing new" in ab("take", str(events))
    (standing,) = json.loads(ab("status", "--json"))
    assert (standing["decision"], standing["waiting"]) == ("cannot tell yet", taken["rows"])
    assert (standing["policies"], standing["ratio"]["champion"]) == ({"champion": "old", "challenger": "new"}, 0)
    assert ab("stop", "otter", "--reason", "Enough.") == "ab: otter is stopped: Enough.\n"
    page = ab("status", "otter").splitlines()
    assert page[0].startswith("otter, since ") and page[0].endswith(": Enough.")
    assert any(line.split()[:1] == ["thumbs"] for line in page)
