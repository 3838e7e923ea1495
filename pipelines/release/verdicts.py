"""The table verdicts, read as history: what the gate said of a model, and who was champion when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from lakehouse.asking import Asker

TABLE = "verdicts"
ACCEPT, PROMOTE, ROLLBACK = "accept", "promote", "rollback"
GATE = ("accept", "refuse", "cannot_tell")
COLUMNS = (
    "verdict_id",
    "policy_id",
    "champion_policy_id",
    "round",
    "decision",
    "objections",
    "decided_by",
    "decided_at",
)


@dataclass(frozen=True)
class Told:
    """One verdict: of the gate, or one that moved the champion."""

    verdict_id: str
    policy_id: str
    champion_policy_id: str | None
    round: int
    decision: str
    objections: tuple[str, ...]
    decided_by: str | None
    decided_at: datetime


def verdicts_of(asker: Asker) -> list[Told]:
    """Every verdict, oldest first."""
    if not asker.exists(TABLE):
        return []
    rows = asker.rows(f"SELECT {', '.join(COLUMNS)} FROM {asker.called(TABLE)} ORDER BY decided_at, verdict_id")
    return [Told(**row | {"objections": tuple(row["objections"])}) for row in rows]


def champions(verdicts: Sequence[Told]) -> list[str]:
    """Who is champion, at the end, and before it those to whom a rollback leads back one by one."""
    reign: list[str] = []
    for one in verdicts:
        if one.decision == PROMOTE:
            reign.append(one.policy_id)
        elif one.decision == ROLLBACK:
            reign = [*reign[:-2], one.policy_id]
    return reign


def champion_in(verdicts: Sequence[Told]) -> str | None:
    """The policy that is champion after these verdicts; None where none was ever promoted."""
    reign = champions(verdicts)
    return reign[-1] if reign else None


def champion_of(asker: Asker) -> str | None:
    """The policy that is champion now."""
    return champion_in(verdicts_of(asker))


def challenger_of(asker: Asker) -> str | None:
    """The policy that the gate accepted last, unless it was made champion since."""
    verdicts = verdicts_of(asker)
    accepted = [one.policy_id for one in verdicts if one.decision == ACCEPT]
    return next((name for name in accepted[-1:] if name not in champions(verdicts)), None)


def gate_verdict_on(verdicts: Sequence[Told], policy_id: str) -> Told | None:
    """What the gate said of a model last."""
    said = [one for one in verdicts if one.policy_id == policy_id and one.decision in GATE]
    return said[-1] if said else None


def rolled_back_at(verdicts: Sequence[Told], policy_id: str) -> datetime | None:
    """When a model was taken back last."""
    taken = [one for one in verdicts if one.champion_policy_id == policy_id and one.decision == ROLLBACK]
    return taken[-1].decided_at if taken else None


def next_moment(verdicts: Sequence[Told]) -> datetime:
    """Now; or just after the last verdict, where another machine's clock is ahead: the order is what counts."""
    now = datetime.now(timezone.utc)
    last = verdicts[-1].decided_at.astimezone(timezone.utc) if verdicts else now
    return max(now, last + timedelta(microseconds=1)) if verdicts else now


def verdict_row(**values: Any) -> dict[str, Any]:
    """A row of the table, but for the run; a move has neither objections nor figures of its own."""
    return {"objections": [], "figures": {}, "champion_policy_id": None, "decided_by": None} | values
