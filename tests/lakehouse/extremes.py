"""Rows at the edges of every type that our tables use, as they are written and as every reader must show them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from lakehouse.tables import table_named

UNICODE = "Grüße, 世界 🚲 'it''s' \\ \"quoted\"\nsecond line"
LATE = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=timezone.utc)
EARLY = datetime(1969, 12, 31, 23, 59, 59, tzinfo=timezone.utc)
SHOWN = {LATE: "2026-01-02T03:04:05.678901Z", EARLY: "1969-12-31T23:59:59Z"}

REQUEST = {
    "request_id": "a",
    "source": "openai",
    "source_file": "x.jsonl",
    "source_line": 2**63 - 1,
    "messages": [{"role": "user", "content": UNICODE}, {"role": "assistant", "content": ""}],
    "asked_at": LATE,
    "extra": {"clé": UNICODE, "null": None, "": ""},
}
EXAMPLE = {
    "example_set_id": "s",
    "example_id": "e",
    "method": "sft",
    "round": -1,
    "split": "train",
    "candidate_ids": ["c1", UNICODE, ""],
    "tokens": [0, -1, 2**31 - 1, -(2**31)],
    "answer_start": -(2**31),
    "log_probability": -0.0,
    "advantage": -1.7976931348623157e308,
    "weight": 5e-324,
}
PREFERENCE = {
    "preference_id": "p",
    "workload": "facts",
    "prompt": "?",
    "chosen": "yes",
    "rejected": "no",
    "tie": False,
    "origin": "human",
}
RUN = {
    "run_id": "r",
    "step": "prompts.take",
    "status": "done",
    "inputs": {"requests": 2**63 - 1, "prompts": -1},
    "outputs": {},
    "settings_fingerprint": "f",
    "overrides": [],
    "package_version": "0.1.0",
    "rows_in": 0,
    "rows_out": 0,
    "rows_new": 0,
    "rows_rejected": 0,
    "started_at": EARLY,
    "seconds": 0.1,
}
CHUNK = {"chunk_id": "c", "document_id": "d", "position": 0, "text": "t", "tokens": 1}
VERDICT = {"verdict_id": "v", "policy_id": "p", "round": 1, "decision": "accept", "objections": [], "decided_at": LATE}
SIGNATURE = {"entity_id": "d", "scheme": "x", "bands": [2**63 - 1, -(2**63), 0]}
CALIBRATION = {
    "calibration_id": "c",
    "judge": "kind",
    "judge_digest": "d",
    "mapping_scores": [1.0, 2.5, 1e300],
    "mapping_ratings": [-0.1, 5e-324],
    "shot_rating_ids": [],
    "rating_ids": ["r"],
    "ratings": 1,
    "abstained": 0,
    "metric": "accuracy",
    "value": 0.5,
    "low": 0.1,
    "high": 0.9,
    "least": 0.4,
    "confidence": 0.95,
    "figures": {},
    "certified": False,
    "verdict": "too few to tell",
    "calibrated_at": EARLY,
}

EXTREMES: dict[str, list[dict[str, Any]]] = {
    "requests": [REQUEST, REQUEST | {"request_id": "b", "source_line": -(2**63), "asked_at": None, "extra": {}}],
    "examples": [EXAMPLE, EXAMPLE | {"example_id": "f", "candidate_ids": [], "tokens": [], "weight": 1.0}],
    "preferences": [PREFERENCE, PREFERENCE | {"preference_id": "q", "tie": True, "margin": 0.1}],
    "runs": [RUN],
    "chunks": [
        CHUNK | {"embedding": [0.5, -3.4028234663852886e38, 1.401298464324817e-45]},
        CHUNK | {"chunk_id": "d", "embedding": []},
        CHUNK | {"chunk_id": "e"},
    ],
    "verdicts": [VERDICT | {"figures": {"gewonnen": 0.1, "": -1e300}}, VERDICT | {"verdict_id": "w", "figures": {}}],
    "signatures": [SIGNATURE],
    "calibrations": [CALIBRATION],
}


def whole(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row with null in the columns that it leaves out, and a run that wrote it."""
    return dict.fromkeys(table_named(table).names) | {"run_id": "run"} | row


def shown(row: dict[str, Any]) -> list[Any]:
    """The row as an answer shows it: times as text, everything else as it was written."""
    return [SHOWN[value] if isinstance(value, datetime) else value for value in row.values()]
