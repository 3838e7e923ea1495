"""Which round the wheel turns next."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from lakehouse.asking import duckdb_asker
from lakehouse.place import Lakehouse
from lakehouse.write import append_missing
from pipelines.prompts.rounds import round_to_turn
from tests.lakehouse.rows import frame
from tests.pipelines.generate.story import add_prompts

VERDICT: dict[str, Any] = {
    "policy_id": "p",
    "champion_policy_id": None,
    "objections": [],
    "figures": {},
    "decided_by": "gate",
    "decided_at": datetime(2026, 11, 1, tzinfo=timezone.utc),
    "run_id": "run",
}


def test_a_round_is_turned_again_until_the_gate_has_decided_about_it(lakehouse: Lakehouse) -> None:
    assert round_to_turn(duckdb_asker(lakehouse.place)) == 1
    add_prompts(lakehouse, {"a": "How much is the Otter?"})
    assert round_to_turn(duckdb_asker(lakehouse.place)) == 1
    decided = [
        VERDICT | {"verdict_id": f"v{number}", "round": 1, "decision": name}
        for number, name in enumerate(("refuse", "rollback"))
    ]
    append_missing(lakehouse, "verdicts", frame(lakehouse, "verdicts", decided))
    assert round_to_turn(duckdb_asker(lakehouse.place)) == 2
