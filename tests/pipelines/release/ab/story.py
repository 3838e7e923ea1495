"""A test called otter on a Monday: its plan, and lines as an application would log them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from conf import AbSettings, load_settings
from lakehouse.subjects import pseudonym
from pipelines.release.ab.assignment import arm_of

KEY = SecretStr("key")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=timezone.utc)
GUARDRAIL = (
    "ab.guardrails={seconds: {direction: lower, least: 0.0, most: 60.0, beyond: clip, absent: null, tolerance: 1.0}}"
)


def ab_settings(*overrides: str) -> AbSettings:
    """Those of base with a guardrail; a person's time is an hour."""
    return load_settings("test", [GUARDRAIL, *overrides]).settings.ab


def at(minutes: float) -> str:
    """So many minutes after the start."""
    return (MONDAY + timedelta(minutes=minutes)).isoformat()


def arm(name: str, share: float = 0.5) -> str:
    """What the hash gives a person in otter."""
    return arm_of(pseudonym(KEY, name), "otter", share, KEY)


def exposure(name: str, minutes: float = 1, **changes: Any) -> dict[str, Any]:
    """Somebody is answered by the right model."""
    return {"event": "exposure", "subject": name, "arm": arm(name), "at": at(minutes)} | changes


def outcome(name: str, value: float, minutes: float = 2, metric: str = "thumbs", **changes: Any) -> dict[str, Any]:
    """Something is measured of somebody."""
    told = {"event": "outcome", "subject": name, "metric": metric, "value": value, "at": at(minutes)}
    return told | changes


def write(file: Path, lines: Iterable[dict[str, Any]]) -> Path:
    """The lines as a file of JSON Lines."""
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file
