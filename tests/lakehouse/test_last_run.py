"""A step that would only repeat its last run is recognised by the ledger, and anything else is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lakehouse.asking import duckdb_asker, spark_asker
from lakehouse.last_run import last_run, would_repeat
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import step_run
from tests.lakehouse.rows import ratings


def test_only_the_same_inputs_round_settings_and_code_are_a_repetition(
    lakehouse: Lakehouse, provenance: Provenance
) -> None:
    assert not would_repeat(duckdb_asker(lakehouse.place), "example", 1, {"ratings": 1}, provenance)
    with step_run(lakehouse, "prepare", provenance) as run:
        run.take(1)
        run.append("ratings", ratings(lakehouse, "a").drop("run_id"))
    with step_run(lakehouse, "example", provenance, round=1) as run:
        run.read("ratings")
    failing = pytest.raises(KeyError)
    with failing, step_run(lakehouse, "example", provenance, round=2) as run:
        run.read("ratings")
        raise KeyError("a failed run has done nothing that could be spared")
    for asker in (duckdb_asker(lakehouse.place), spark_asker(lakehouse)):
        young = last_run(asker, "example", within_hours=1)
        assert young is not None and dict(young["inputs"]) == {"ratings": 1}
        assert last_run(asker, "example", within_hours=0) is last_run(asker, "nobody's") is None
        assert would_repeat(asker, "example", 1, {"ratings": 1}, provenance)
        assert would_repeat(asker, "example", 1, {"ratings": 1, "scores": None}, provenance)
        assert not would_repeat(asker, "example", 1, {"ratings": 1, "scores": 0}, provenance), "it was not there then"
        assert not would_repeat(asker, "example", 2, {"ratings": 1}, provenance)
        assert not would_repeat(asker, "example", 1, {"ratings": 2}, provenance)
        assert not would_repeat(asker, "example", 1, {"ratings": 1}, provenance, {"policy_id": "other"})
        assert not would_repeat(asker, "other", 1, {"ratings": 1}, provenance)
        for name in ("settings_fingerprint", "git_commit", "package_version"):
            assert not would_repeat(asker, "example", 1, {"ratings": 1}, replace(provenance, **{name: "other"}))


def test_what_the_last_run_wrote_itself_is_nothing_new_and_what_it_left_to_another_is(
    lakehouse: Lakehouse, provenance: Provenance
) -> None:
    asker, asked = duckdb_asker(lakehouse.place), {"policy_id": "p1"}
    for names, is_complete in ((("a",), True), (("b", "c"), False)):
        with step_run(lakehouse, "example", provenance, 1, asked) as run:
            run.take(len(names))
            run.append("ratings", ratings(lakehouse, *names).drop("run_id"))
            run.is_complete = is_complete
        version = run.outputs["ratings"]
        assert would_repeat(duckdb_asker(lakehouse.place), "example", 1, {"ratings": version}, provenance, asked) is (
            is_complete
        )
    assert not would_repeat(asker, "example", 1, {"ratings": version}, provenance)
